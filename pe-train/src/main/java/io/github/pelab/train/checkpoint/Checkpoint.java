package io.github.pelab.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.train.run.AtomicFile;
import io.github.pelab.train.run.RunException;
import io.github.pelab.train.run.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network, its updater's moments and how far its training had come, in one file: a {@link
 * SealedZip} with the entries of DL4J's {@code ModelSerializer}, which reads it where this module
 * is on the class path, and {@code training.json} behind them.
 *
 * <p>Here it is read otherwise: numbers are put into a network that was made from the run's config,
 * so that a file can neither name classes nor ask for memory; {@code ModelSerializer} would do what
 * it says, up to Java's own serialisation.
 */
final class Checkpoint {
  private static final String TRAINING_JSON = "training.json";
  private static final int VERSION = 1;

  private Checkpoint() {}

  /**
   * What {@code training.json} holds.
   *
   * @param parameters name and shape of each, in the order of {@code coefficients.bin}
   */
  private record Training(int version, Map<String, List<Long>> parameters, TrainingState state) {
    static Training of(MultiLayerNetwork network, TrainingState state) {
      Map<String, List<Long>> parameters = new LinkedHashMap<>();
      network
          .paramTable()
          .forEach(
              (name, values) ->
                  parameters.put(name, Arrays.stream(values.shape()).boxed().toList()));
      return new Training(VERSION, parameters, state);
    }
  }

  /**
   * Writes {@code file}, whole or not at all. Equal networks and states make equal bytes.
   *
   * @throws RunException when it cannot be written
   */
  static void write(Path file, MultiLayerNetwork network, TrainingState state) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(
        ModelSerializer.CONFIGURATION_JSON,
        network.getLayerWiseConfigurations().toJson().getBytes(StandardCharsets.UTF_8));
    entries.put(ModelSerializer.COEFFICIENTS_BIN, bytes(network.params()));
    entries.put(ModelSerializer.UPDATER_BIN, bytes(moments(network)));
    AtomicFile.write(
        file,
        out -> {
          entries.put(
              TRAINING_JSON, StrictJson.MAPPER.writeValueAsBytes(Training.of(network, state)));
          out.write(SealedZip.of(entries));
        });
  }

  /**
   * Gives {@code network} the numbers in {@code file}, to go on training it, or to use it.
   *
   * @param network as the run's config makes it
   * @throws DamagedException if the file is not as it was written; the network is then unchanged
   * @throws IllegalArgumentException if it is of a network with other parameters, or of a newer
   *     version of this program
   * @throws RunException if it cannot be read
   */
  static TrainingState read(Path file, MultiLayerNetwork network) {
    Map<String, byte[]> entries = entries(file);
    Training training = training(file, entries);
    if (!training.equals(Training.of(network, training.state()))) {
      throw new IllegalArgumentException(
          file
              + ": of a network with other parameters than the run's config makes; do the run --again");
    }
    INDArray moments = moments(network);
    INDArray newParameters =
        numbers(file, entries, ModelSerializer.COEFFICIENTS_BIN, network.params());
    INDArray newMoments = numbers(file, entries, ModelSerializer.UPDATER_BIN, moments);
    network.params().assign(newParameters);
    moments.assign(newMoments);
    network.setIterationCount(training.state().step());
    return training.state();
  }

  /**
   * How far training had come, of a file that is as it was written.
   *
   * @throws DamagedException if it is not
   * @throws IllegalArgumentException if it is of a newer version of this program
   * @throws RunException if it cannot be read
   */
  static TrainingState state(Path file) {
    return training(file, entries(file)).state();
  }

  private static Map<String, byte[]> entries(Path file) {
    try {
      return SealedZip.open(Files.readAllBytes(file));
    } catch (ZipException e) {
      throw new DamagedException(file, e.getMessage(), e);
    } catch (IOException e) {
      throw new RunException(file, e);
    }
  }

  private static Training training(Path file, Map<String, byte[]> entries) {
    try {
      JsonNode json = StrictJson.MAPPER.readTree(entry(file, entries, TRAINING_JSON));
      if (!json.isObject()) {
        throw new DamagedException(file, TRAINING_JSON, null);
      }
      int version = json.path("version").asInt();
      if (version > VERSION) {
        throw new IllegalArgumentException(
            "%s: written by a newer version of this program (format %d, here %d); update it"
                .formatted(file, version, VERSION));
      }
      return StrictJson.MAPPER.treeToValue(json, Training.class);
    } catch (JsonProcessingException e) {
      throw new DamagedException(file, TRAINING_JSON, e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static byte[] entry(Path file, Map<String, byte[]> entries, String name) {
    byte[] entry = entries.get(name);
    if (entry == null) {
      throw new DamagedException(file, "it has no " + name, null);
    }
    return entry;
  }

  private static INDArray moments(MultiLayerNetwork network) {
    return network.getUpdater().getStateViewArray();
  }

  private static byte[] bytes(INDArray array) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      Nd4j.write(array, out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * The numbers that end what {@link Nd4j#write} wrote of an array. Its shape, which comes before
   * them, is known.
   */
  private static INDArray numbers(
      Path file, Map<String, byte[]> entries, String name, INDArray like) {
    byte[] entry = entry(file, entries, name);
    if (like.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(file + ": of a network that is not in single precision");
    }
    int length = Math.multiplyExact(Math.toIntExact(like.length()), Float.BYTES);
    if (entry.length < length) {
      throw new DamagedException(file, name + " (too short)", null);
    }
    float[] numbers = new float[length / Float.BYTES];
    ByteBuffer.wrap(entry, entry.length - length, length).asFloatBuffer().get(numbers);
    return Nd4j.createFromArray(numbers).reshape(like.shape());
  }
}
