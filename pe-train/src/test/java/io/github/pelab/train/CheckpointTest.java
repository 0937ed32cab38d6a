package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir Path directory;

  private MultiLayerNetwork network() {
    return Fixtures.experiment(Fixtures.member(directory, "rope", 1)).network();
  }

  @Test
  void isReadAsWrittenAndByDl4jToo() throws IOException {
    MultiLayerNetwork network = network();
    Path file = directory.resolve("best.zip");
    Checkpoint.write(network, file);
    assertThat(Fixtures.parameters(Checkpoint.read(file))).isEqualTo(Fixtures.parameters(network));
    assertThat(Fixtures.parameters(ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true)))
        .isEqualTo(Fixtures.parameters(network));
  }

  @Test
  void whatIsMissingOrDamagedIsNamed() throws IOException {
    Path file = directory.resolve("best.zip");
    assertThatThrownBy(() -> Checkpoint.read(file)).hasMessageContaining("no such checkpoint");
    Checkpoint.write(network(), file);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> Checkpoint.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": not a readable checkpoint");
  }

  @Test
  void classesOfStrangersAreRefused() throws IOException {
    Path file = directory.resolve("best.zip");
    Checkpoint.write(network(), file);
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Path json = zip.getPath(ModelSerializer.CONFIGURATION_JSON);
      String text = Files.readString(json, StandardCharsets.UTF_8);
      assertThat(text).contains("io.github.pelab.train.WarmupCosine");
      Files.writeString(
          json, text.replace("io.github.pelab.train.WarmupCosine", "javax.swing.JEditorPane"));
    }
    assertThatThrownBy(() -> Checkpoint.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("javax.swing.JEditorPane");
  }
}
