package io.github.pelab.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.train.checkpoint.TrainingState.Sums;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten updates an epoch; each network's first parameter is its step. */
class CheckpointsTest {
  private static final String HASH = "abc";

  @TempDir Path runs;
  private RunDirectory run;
  private TrainingState state;

  @BeforeEach
  void begin() {
    run = RunDirectory.create(runs, "tiny", "rope");
    state = TrainingState.start(HASH);
  }

  private static MultiLayerNetwork network(int step) {
    MultiLayerNetwork network = Networks.network(4);
    network.params().putScalar(0, (float) step);
    return network;
  }

  /** Ends an epoch. */
  private void epoch(Checkpoints checkpoints, double accuracy) {
    int step = state.step() + 10;
    state = state.after(step, 100, Sums.NONE).nextEpoch(accuracy);
    checkpoints.write(network(step), state);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(run.checkpoints())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path file(int step) {
    return Checkpoints.file(run, step);
  }

  private void damage(int step) throws IOException {
    byte[] bytes = Files.readAllBytes(file(step));
    bytes[bytes.length / 2] ^= 1;
    Files.write(file(step), bytes);
  }

  /** The step to go on from, which the network's numbers must agree with; 0 for none. */
  private int restored() {
    MultiLayerNetwork network = network(-1);
    Optional<TrainingState> found = new Checkpoints(run, 2).restore(network, HASH, state -> true);
    int step = found.map(TrainingState::step).orElse(0);
    assertThat(network.params().getFloat(0)).isEqualTo(found.isPresent() ? step : -1);
    return step;
  }

  @Test
  void keepsTheNewestAndTheBestAsOfEach() throws IOException {
    List<List<String>> expected =
        List.of(
            List.of("step-00000030.zip", "step-00000060.zip"),
            List.of("step-00000030.zip", "step-00000050.zip", "step-00000060.zip"),
            List.of(
                "step-00000030.zip", "step-00000040.zip", "step-00000050.zip", "step-00000060.zip"),
            List.of(
                "step-00000030.zip",
                "step-00000040.zip",
                "step-00000050.zip",
                "step-00000060.zip"));
    for (int keep = 1; keep <= 4; keep++) {
      begin();
      Checkpoints checkpoints = new Checkpoints(run, keep);
      for (double accuracy : new double[] {0.5, 0.4, 0.9, 0.8, 0.9, 0.7}) {
        epoch(checkpoints, accuracy);
      }
      assertThat(files()).as("keep %d", keep).isEqualTo(expected.get(keep - 1));
      checkpoints.clear();
      assertThat(files()).isEmpty();
    }
  }

  @Test
  void anOlderBestStaysAsLongAsACheckpointThatHasIt() throws IOException {
    Checkpoints checkpoints = new Checkpoints(run, 2);
    epoch(checkpoints, 0.5);
    epoch(checkpoints, 0.4);
    epoch(checkpoints, 0.3);
    epoch(checkpoints, 0.9);
    assertThat(files())
        .containsExactly("step-00000010.zip", "step-00000030.zip", "step-00000040.zip");
    epoch(checkpoints, 0.1);
    assertThat(files()).containsExactly("step-00000040.zip", "step-00000050.zip");
  }

  @Test
  void withinAnEpochTheNewestReplacesTheOneBefore() throws IOException {
    Checkpoints checkpoints = new Checkpoints(run, 1);
    epoch(checkpoints, 0.5);
    for (int step = 11; step < 15; step++) {
      state = state.after(step, 10 * (step - 10), Sums.NONE);
      checkpoints.write(network(step), state);
      assertThat(files()).containsExactly("step-00000010.zip", "step-000000" + step + ".zip");
    }
    assertThat(restored()).isEqualTo(14);
  }

  @Test
  void goesOnFromTheNewestThatIsWholeAndLeavesTheOthersAlone() throws IOException {
    Checkpoints checkpoints = new Checkpoints(run, 3);
    epoch(checkpoints, 0.5);
    epoch(checkpoints, 0.6);
    epoch(checkpoints, 0.7);
    assertThat(restored()).isEqualTo(30);
    assertThat(files()).hasSize(3);
    byte[] second = Files.readAllBytes(file(20));

    damage(30);
    byte[] bad = Files.readAllBytes(file(30));
    assertThat(restored()).isEqualTo(20);
    assertThat(files())
        .containsExactly("step-00000010.zip", "step-00000020.zip", "step-00000030.zip.set-aside");
    assertThat(run.checkpoints().resolve("step-00000030.zip.set-aside")).hasBinaryContent(bad);
    assertThat(file(20)).hasBinaryContent(second);

    Files.write(file(20), new byte[0]);
    assertThat(restored()).isEqualTo(10);
    Files.delete(file(10));
    assertThat(restored()).as("none is left").isZero();
  }

  @Test
  void oneWhoseBestIsDamagedIsNotGoneOnFrom() throws IOException {
    Checkpoints checkpoints = new Checkpoints(run, 2);
    epoch(checkpoints, 0.5);
    epoch(checkpoints, 0.4);
    epoch(checkpoints, 0.9);
    epoch(checkpoints, 0.8);
    epoch(checkpoints, 0.7);
    assertThat(files())
        .containsExactly("step-00000030.zip", "step-00000040.zip", "step-00000050.zip");
    damage(30);
    assertThat(restored()).isZero();
    assertThat(files()).allMatch(name -> name.endsWith(".set-aside"));
  }

  @Test
  void filesThatChangedTheirNamesAreSetAside() throws IOException {
    Checkpoints checkpoints = new Checkpoints(run, 2);
    epoch(checkpoints, 0.5);
    epoch(checkpoints, 0.6);
    Path other = Files.move(file(10), runs.resolve("10"));
    Files.move(file(20), file(10));
    Files.move(other, file(20));
    assertThat(restored()).isZero();
    assertThat(files())
        .containsExactly("step-00000010.zip.set-aside", "step-00000020.zip.set-aside");
  }

  @Test
  void whatAProcessThatDiedLeftIsNotSeen() throws IOException {
    epoch(new Checkpoints(run, 2), 0.5);
    Files.write(run.checkpoints().resolve(".step-00000020.zip.17.tmp"), new byte[10]);
    assertThat(restored()).isEqualTo(10);
    run.lock().close();
    assertThat(files()).as("whoever writes next tidies up").containsExactly("step-00000010.zip");
  }

  @Test
  void anotherConfigsAreRefusedAndKept() throws IOException {
    epoch(new Checkpoints(run, 2), 0.5);
    assertThatThrownBy(() -> new Checkpoints(run, 2).restore(network(0), "other", state -> true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of a run with another config, abc; do the run --again");
    assertThat(files()).hasSize(1);
  }

  @Test
  void whatIsNotItsFileIsLeftAlone() throws IOException {
    epoch(new Checkpoints(run, 2), 0.5);
    List<String> others =
        List.of("step-9999999999.zip", "step-0000000010.zip", "step-10.zip", "notes.txt");
    for (String other : others) {
      Files.writeString(run.checkpoints().resolve(other), "x");
    }
    Files.createDirectory(run.checkpoints().resolve("step-00000020.zip"));
    assertThat(restored()).isEqualTo(10);
    new Checkpoints(run, 2).clear();
    assertThat(files()).containsAll(others).contains("step-00000020.zip").hasSize(5);
  }

  @Test
  void oneThatTrainingNeverComesToIsSetAside() throws IOException {
    Checkpoints checkpoints = new Checkpoints(run, 2);
    epoch(checkpoints, 0.5);
    epoch(checkpoints, 0.6);
    assertThat(new Checkpoints(run, 2).restore(network(-1), HASH, state -> state.epoch() < 2))
        .hasValueSatisfying(found -> assertThat(found.step()).isEqualTo(10));
    assertThat(files()).containsExactly("step-00000010.zip", "step-00000020.zip.set-aside");
  }

  @Test
  void readsItsOwnAndSaysIfThereIsNone() throws IOException {
    Checkpoints checkpoints = new Checkpoints(run, 2);
    epoch(checkpoints, 0.5);
    epoch(checkpoints, 0.6);
    MultiLayerNetwork network = network(0);
    Checkpoints.read(run, 10, HASH, network);
    assertThat(network.params().getFloat(0)).isEqualTo(10);
    assertThatThrownBy(() -> Checkpoints.read(run, 11, HASH, network))
        .hasMessage(
            file(11) + ": no such checkpoint; restore it from a copy, or do the run --again");
    assertThatThrownBy(() -> Checkpoints.read(run, 10, "other", network))
        .hasMessageContaining("is of step 10 of a run with config abc, and so not of this run");
    Files.copy(file(10), file(20), StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> Checkpoints.read(run, 20, HASH, network))
        .hasMessageContaining("is of step 10");
  }
}
