package io.github.pelab.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.train.checkpoint.TrainingState.Best;
import io.github.pelab.train.checkpoint.TrainingState.Sums;
import io.github.pelab.train.run.RunException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final TrainingState STATE =
      new TrainingState(
          "abc", 7, 2, 32, new Sums(32, 1, 1.0 / 3, 0.1), new Best(4, 1, 0.7000000000000001));

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void write() {
    file = directory.resolve("a.zip");
    Checkpoint.write(file, network(1), STATE);
  }

  /** With moments and parameters of its own. */
  private static MultiLayerNetwork network(int seed) {
    MultiLayerNetwork network = Networks.network(8);
    for (int i = 0; i < network.params().length(); i++) {
      network.params().putScalar(i, (float) Math.sin(seed * i));
    }
    for (int i = 0; i < network.getUpdater().getStateViewArray().length(); i++) {
      network.getUpdater().getStateViewArray().putScalar(i, (float) Math.cos(seed * i));
    }
    network.setIterationCount(7);
    return network;
  }

  private static List<float[]> numbers(MultiLayerNetwork network) {
    return List.of(
        network.params().dup('c').data().asFloat(),
        network.getUpdater().getStateViewArray().dup('c').data().asFloat());
  }

  @Test
  void givesBackParametersMomentsAndState() {
    MultiLayerNetwork read = network(2);
    read.setIterationCount(0);
    assertThat(numbers(read).get(1)).isNotEqualTo(numbers(network(1)).get(1));
    assertThat(Checkpoint.read(file, read)).isEqualTo(STATE);
    assertThat(Checkpoint.state(file)).isEqualTo(STATE);
    assertThat(numbers(read)).usingRecursiveComparison().isEqualTo(numbers(network(1)));
    assertThat(read.getIterationCount()).isEqualTo(7);
  }

  @Test
  void equalNetworksMakeEqualBytesAndOthersDoNot() throws IOException {
    Path same = directory.resolve("b.zip");
    Checkpoint.write(same, network(1), STATE);
    assertThat(same).hasSameBinaryContentAs(file);
    Checkpoint.write(same, network(2), STATE);
    assertThat(Files.readAllBytes(same)).isNotEqualTo(Files.readAllBytes(file));
  }

  @Test
  void dl4jReadsItToo() throws IOException {
    MultiLayerNetwork read = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
    assertThat(numbers(read)).usingRecursiveComparison().isEqualTo(numbers(network(1)));
    assertThat(read.getIterationCount()).isEqualTo(7);
    assertThat(read.getLayerWiseConfigurations().toJson())
        .isEqualTo(network(1).getLayerWiseConfigurations().toJson());
  }

  private Map<String, byte[]> entries() throws IOException {
    return Forgery.entries(Files.readAllBytes(file));
  }

  /** As somebody who knows the format would write it. */
  private void forge(Consumer<Map<String, byte[]>> change) throws IOException {
    Map<String, byte[]> entries = entries();
    change.accept(entries);
    Files.write(file, Forgery.of(entries));
  }

  private void refused(Class<? extends Exception> type, String message) {
    MultiLayerNetwork network = network(3);
    assertThatThrownBy(() -> Checkpoint.read(file, network))
        .isExactlyInstanceOf(type)
        .message()
        .startsWith(file + ": ")
        .contains(message)
        .doesNotContain("\n");
    assertThat(numbers(network))
        .as("the network is as it was")
        .usingRecursiveComparison()
        .isEqualTo(numbers(network(3)));
  }

  @Test
  void whatIsMissingIsNotDamaged() throws IOException {
    Files.delete(file);
    refused(RunException.class, "no such file");
  }

  @Test
  void eachEntryEmptiedSwappedCutFlippedOrGoneIsSeen() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Map<String, byte[]> entries = entries();
    assertThat(entries).hasSize(4);
    int caught = 0;
    for (Map.Entry<String, byte[]> each : entries.entrySet()) {
      String name = each.getKey();
      for (String other : entries.keySet()) {
        if (!other.equals(name)) {
          Map<String, byte[]> swapped = new LinkedHashMap<>(entries);
          swapped.put(other, swapped.put(name, swapped.get(other)));
          caught += damaged(unsealed(swapped), "");
        }
      }
      Map<String, byte[]> emptied = new LinkedHashMap<>(entries);
      emptied.put(name, new byte[0]);
      caught += damaged(unsealed(emptied), "");
      Map<String, byte[]> without = new LinkedHashMap<>(entries);
      without.remove(name);
      caught += damaged(unsealed(without), "");
      int middle = position(whole, each.getValue()) + each.getValue().length / 2;
      byte[] flipped = whole.clone();
      flipped[middle] ^= 4;
      caught += damaged(flipped, name);
      caught += damaged(Arrays.copyOf(whole, middle), name);
    }
    assertThat(caught).isEqualTo(4 * (3 + 1 + 1 + 1 + 1));
    Files.write(file, whole);
    assertThat(Checkpoint.state(file)).as("control: the file as it was").isEqualTo(STATE);
  }

  @Test
  void aChangeInAnyByteIsSeen() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] ^= (byte) (1 << at % 8);
      Files.write(file, bytes);
      assertThatThrownBy(() -> Checkpoint.state(file)).isInstanceOf(DamagedException.class);
      bytes[at] ^= (byte) (1 << at % 8);
    }
    Files.write(file, bytes);
    assertThat(Checkpoint.state(file)).isEqualTo(STATE);
    System.out.printf("bytes of a checkpoint damaged: %d, all seen%n", bytes.length);
  }

  private int damaged(byte[] bytes, String where) throws IOException {
    Files.write(file, bytes);
    refused(DamagedException.class, "damaged at " + where);
    return 1;
  }

  /** As another program would write it: a good zip, without a seal. */
  private static byte[] unsealed(Map<String, byte[]> entries) throws IOException {
    byte[] zip = Forgery.of(entries);
    Arrays.fill(zip, zip.length - 64, zip.length, (byte) '0');
    return zip;
  }

  private static int position(byte[] bytes, byte[] part) {
    for (int at = 0; ; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
  }

  @Test
  void aForgedOneNeitherNamesClassesNorRunsThem() throws IOException {
    forge(
        entries -> {
          entries.put(
              ModelSerializer.CONFIGURATION_JSON,
              "{\"@class\":\"javax.swing.JEditorPane\"}".getBytes(StandardCharsets.UTF_8));
          entries.put(ModelSerializer.PREPROCESSOR_BIN, serialized(new Trap()));
        });
    assertThat(Checkpoint.read(file, network(2))).isEqualTo(STATE);
    assertThat(Trap.sprung).isFalse();

    // Control: DL4J's own reader walks into it.
    forge(
        entries ->
            entries.put(
                ModelSerializer.CONFIGURATION_JSON,
                network(1).getLayerWiseConfigurations().toJson().getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true))
        .isInstanceOf(ClassCastException.class);
    assertThat(Trap.sprung).isTrue();
  }

  /** Says when it is read by Java's serialisation. */
  private static final class Trap implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
    static boolean sprung;

    private Object readResolve() {
      sprung = true;
      return this;
    }
  }

  private static byte[] serialized(Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void aForgedOneCanAskForNoMemory() throws IOException {
    for (String name : List.of(ModelSerializer.COEFFICIENTS_BIN, ModelSerializer.UPDATER_BIN)) {
      for (int size : new int[] {4, 50_000_000}) {
        write();
        forge(entries -> entries.put(name, new byte[size]));
        refused(DamagedException.class, "damaged at " + name + " (" + size + " bytes)");
      }
    }
    write();
    forge(entries -> entries.put("training.json", new byte[50_000_000]));
    refused(DamagedException.class, "damaged at training.json (50000000 bytes)");
  }

  @Test
  void aStateThatCannotBeIsRefused() throws IOException {
    for (String nonsense :
        List.of("\"step\":-1", "\"step\":null", "\"step\":\"x\"", "\"stop\":7", "\"step\":7.5")) {
      write();
      forge(
          entries ->
              entries.compute(
                  "training.json",
                  (name, json) ->
                      new String(json, StandardCharsets.UTF_8)
                          .replace("\"step\":7", nonsense)
                          .getBytes(StandardCharsets.UTF_8)));
      refused(DamagedException.class, "training.json");
    }
  }

  @Test
  void aNewerFormatIsNotTakenForDamage() throws IOException {
    forge(
        entries ->
            entries.put(
                "training.json", "{\"version\":2,\"new\":0}".getBytes(StandardCharsets.UTF_8)));
    refused(IllegalArgumentException.class, "newer version of this program (format 2, here 1)");
  }

  @Test
  void anotherNetworksIsRefused() {
    MultiLayerNetwork wider = Networks.network(16);
    assertThatThrownBy(() -> Checkpoint.read(file, wider))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            file
                + ": of a network with other parameters than the run's config makes; do the run --again");
  }
}
