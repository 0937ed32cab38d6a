package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.layers.EncoderStack;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentTest {
  @TempDir Path directory;

  private Experiment experiment(String task, String data, String model, String training) {
    String yaml =
        """
        schemaVersion: 1
        name: sizes
        task: {name: %s}
        data: {train: %s}
        model: {scheme: rope, %s}
        training: {epochs: %s}
        """
            .formatted(task, data, model, training);
    return Fixtures.experiment(Fixtures.sweep(directory, yaml).members().get(0));
  }

  /** Each is within the range of its field. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "distance|8000|width: 65536|1|model.width: found 65536, which makes 68726292496 parameters",
        "distance|8000|layers: 1000, width: 1024|1|model.width: found 1024, which makes",
        "distance, vocabulary: 16777216|8000|width: 32|1|model.width: found 32, which makes 536",
        "distance|8000|attention: \"mla(compressed=65536)\", width: 4096|1|model.width: found 4096",
        "distance|8000|width: 512, maxLength: 1048576|1|model.maxLength: found 1048576, which makes"
            + " 536870912 numbers for positions",
        "distance, maxLength: 65536|128|maxLength: 65536, feedForward: 2048|1, batch: 128"
            + "|training.microBatch: found 128, which makes 17179869184 numbers in a layer",
        "distance|100, test: 100000000|width: 32|1|data.test: found 100000000, which makes",
        "distance|100, validation: 9000000|width: 32|1|data.validation: found 9000000, which makes"
      })
  void refusesSizesThatNoMemoryHolds(
      String task, String data, String model, String training, String message) {
    assertThatThrownBy(() -> experiment(task, data, model, training))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("test: " + message)
        .hasMessageEndingWith("; choose sizes that make at most 268435456");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "width: 64|lag-bias|multi-head|output, rotation",
        "width: 64|content|multi-head|output, rotation",
        "width: 64, attention: mla|lag-bias|mla|output, content, rotary, rotation"
      })
  void refusesToAblateWhatHeadsDoNotHave(
      String model, String part, String attention, String parts) {
    assertThatThrownBy(() -> experiment("distance", "100", model, "1}\nablation: {part: " + part))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "test: ablation.part: found %s, which heads of scheme rope with attention %s do not have; choose one of %s",
            part, attention, parts);
  }

  /** What is not in memory at once does not count. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "distance|100000000|width: 64|1",
        "distance, maxLength: 65536|20|maxLength: 65536, feedForward: 2048|1, batch: 1048576, microBatch: 1",
        "distance|20|width: 64|1, batch: 1048576"
      })
  void acceptsSizesThatMemoryHolds(String task, String data, String model, String training) {
    assertThat(experiment(task, data, model, training).parameters()).isPositive();
  }

  @Test
  void scalesLogitsAsItsConfigSays() {
    assertThat(logitScale("width: 32")).isEqualTo(1);
    assertThat(logitScale("width: 32, logitScale: 0.6")).isEqualTo(0.6);
  }

  private double logitScale(String model) {
    Layer layer =
        experiment("distance", "100", model, "1")
            .network()
            .getLayerWiseConfigurations()
            .getConf(0)
            .getLayer();
    return ((EncoderStack) layer).getEncoder().settings().logitScale();
  }
}
