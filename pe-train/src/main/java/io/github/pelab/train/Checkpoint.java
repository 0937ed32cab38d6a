package io.github.pelab.train;

import io.github.pelab.train.run.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/**
 * Networks on disk, in the format of DL4J's {@code ModelSerializer} with the updater's state: a zip
 * that DL4J itself can read where this module is on the class path.
 */
public final class Checkpoint {
  /** A checkpoint names the classes that it is made of; a stranger's could name any. */
  private static final ObjectMapper TRUSTED_CLASSES =
      JsonMappers.getMapper()
          .copy()
          .setPolymorphicTypeValidator(
              BasicPolymorphicTypeValidator.builder()
                  .allowIfSubType("org.deeplearning4j.")
                  .allowIfSubType("org.nd4j.")
                  .allowIfSubType("io.github.pelab.")
                  .allowIfSubTypeIsArray()
                  .build());

  private Checkpoint() {}

  /** Writes {@code network} to {@code file}, whole or not at all. */
  public static void write(MultiLayerNetwork network, Path file) {
    AtomicFile.write(file, out -> ModelSerializer.writeModel(network, out, true));
  }

  /**
   * Reads a network.
   *
   * @throws IllegalArgumentException if there is none, or if the file is damaged or names classes
   *     of strangers
   */
  public static MultiLayerNetwork read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          file + ": no such checkpoint; has the run been trained to the end of an epoch?");
    }
    try {
      checkClasses(file);
      return ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          file + ": not a readable checkpoint (" + e.getMessage() + "); train the run again", e);
    }
  }

  private static void checkClasses(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(ModelSerializer.CONFIGURATION_JSON);
      if (entry == null) {
        throw new IOException("it has no " + ModelSerializer.CONFIGURATION_JSON);
      }
      try (InputStream json = zip.getInputStream(entry)) {
        TRUSTED_CLASSES.readValue(json, MultiLayerConfiguration.class);
      }
    }
  }
}
