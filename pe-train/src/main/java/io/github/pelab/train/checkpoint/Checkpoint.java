package io.github.pelab.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.train.run.AtomicFile;
import io.github.pelab.train.run.RunException;
import io.github.pelab.train.run.StrictJson;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
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
  private static final int LARGEST_JSON = 1 << 20;
  private static final int LONGEST_SHAPE = 1 << 10;
  private static final int BLOCK = 1 << 16;

  private Checkpoint() {}

  /**
   * What {@code training.json} holds.
   *
   * @param parameters in the order of {@code coefficients.bin}
   */
  private record Training(int version, List<Parameter> parameters, TrainingState state) {
    static Training of(MultiLayerNetwork network, TrainingState state) {
      List<Parameter> parameters = new ArrayList<>();
      network.paramTable().forEach((name, values) -> parameters.add(Parameter.of(name, values)));
      return new Training(VERSION, parameters, state);
    }
  }

  private record Parameter(String name, List<Long> shape) {
    static Parameter of(String name, INDArray values) {
      return new Parameter(name, Arrays.stream(values.shape()).boxed().toList());
    }
  }

  /**
   * Writes {@code file}, whole or not at all. Equal networks and states make equal bytes.
   *
   * @throws RunException when it cannot be written
   */
  static void write(Path file, MultiLayerNetwork network, TrainingState state) {
    Map<String, AtomicFile.Content> entries = new LinkedHashMap<>();
    entries.put(
        ModelSerializer.CONFIGURATION_JSON,
        out ->
            out.write(
                network.getLayerWiseConfigurations().toJson().getBytes(StandardCharsets.UTF_8)));
    entries.put(ModelSerializer.COEFFICIENTS_BIN, out -> write(network.params(), out));
    entries.put(ModelSerializer.UPDATER_BIN, out -> write(moments(network), out));
    entries.put(
        TRAINING_JSON,
        out -> out.write(StrictJson.MAPPER.writeValueAsBytes(Training.of(network, state))));
    AtomicFile.write(file, out -> SealedZip.write(out, entries));
  }

  private static void write(INDArray array, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out, BLOCK));
    Nd4j.write(array, data);
    data.flush();
  }

  /**
   * How far training had come, of a file that is as it was written.
   *
   * @throws DamagedException if it is not
   * @throws IllegalArgumentException if it is of a newer version of this program
   * @throws RunException if it cannot be read
   */
  static TrainingState state(Path file) {
    return open(file, zip -> training(file, zip)).state();
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
    return open(
        file,
        zip -> {
          Training training = training(file, zip);
          if (!training.equals(Training.of(network, training.state()))) {
            throw new IllegalArgumentException(
                file
                    + ": of a network with other parameters than the run's config makes; do the run --again");
          }
          INDArray moments = moments(network);
          INDArray newParameters = numbers(zip, ModelSerializer.COEFFICIENTS_BIN, network.params());
          moments.assign(numbers(zip, ModelSerializer.UPDATER_BIN, moments));
          network.params().assign(newParameters);
          network.setIterationCount(training.state().step());
          return training.state();
        });
  }

  /** Reads something of a file. */
  private interface Reading<T> {
    T of(SealedZip zip) throws IOException;
  }

  private static <T> T open(Path file, Reading<T> reading) {
    try (SealedZip zip = new SealedZip(file)) {
      return reading.of(zip);
    } catch (ZipException e) {
      throw new DamagedException(file, e);
    } catch (IOException e) {
      throw new RunException(file, e);
    }
  }

  private static Training training(Path file, SealedZip zip) throws IOException {
    try (InputStream in = zip.entry(TRAINING_JSON, 0, LARGEST_JSON)) {
      JsonNode json = StrictJson.MAPPER.readTree(in.readNBytes(LARGEST_JSON));
      int version = json.path("version").asInt();
      if (version > VERSION) {
        throw new IllegalArgumentException(
            "%s: written by a newer version of this program (format %d, here %d); update it"
                .formatted(file, version, VERSION));
      }
      Training training = StrictJson.MAPPER.treeToValue(json, Training.class);
      if (training != null) {
        return training;
      }
    } catch (JsonProcessingException e) {
      // said below
    }
    throw new ZipException(TRAINING_JSON + " (not a state of training)");
  }

  private static INDArray moments(MultiLayerNetwork network) {
    return network.getUpdater().getStateViewArray();
  }

  /**
   * The numbers that end what {@link Nd4j#write} wrote of an array. Its shape, which comes before
   * them, is known.
   */
  private static INDArray numbers(SealedZip zip, String name, INDArray like) throws IOException {
    float[] numbers = new float[Math.toIntExact(like.length())];
    long bytes = (long) numbers.length * Float.BYTES;
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(zip.entry(name, bytes, bytes + LONGEST_SHAPE), BLOCK))) {
      in.skipNBytes(zip.size(name) - bytes);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = in.readFloat();
      }
    } catch (EOFException e) {
      throw new ZipException(name + " (cut off)");
    }
    return Nd4j.createFromArray(numbers).reshape(like.shape());
  }
}
