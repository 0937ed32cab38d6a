package io.github.pelab.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.tasks.Describe;
import io.github.pelab.train.Experiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigExampleTest {
  @TempDir Path directory;

  private ExperimentConfig read(ConfigReader reader, String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("x.yaml"), yaml);
    return reader.read(file).members().get(0).config();
  }

  private static Set<String> tasks() {
    return Experiment.taskOptions().keySet();
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void isTheConfigOfAllDefaults(String task) throws IOException {
    String example = ConfigExample.of(Experiment.taskOptions(), task);
    ExperimentConfig smallest =
        read(
            Experiment.configs(),
            """
            schemaVersion: 1
            name: my-experiment
            task: {name: %s}
            model: {scheme: rope}
            """
                .formatted(task));
    assertThat(read(Experiment.configs(), example)).isEqualTo(smallest);
    assertThat(example.lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void everyFieldStandsBelowItsDescription() {
    assertThat(ConfigExample.of(Experiment.taskOptions(), "count"))
        .contains("\nschemaVersion: 1\n", "\nmodel:\n", "\n  dropout: 0.0\n", "\n  scheme: rope\n")
        .contains("\n  # Words that count, at least 1; vocabulary - 2 at most. Default 4.\n")
        .contains("\n  triggers: 4\n")
        .doesNotContain("maxGap");
  }

  /** As a task of someone else may have them: a required option, and one that is off by default. */
  record Options(
      @Describe(value = "How many; required", example = "7") Integer count,
      @Describe("A text that looks like a number") String text,
      @Describe("Off by default") Double noise) {
    Options {
      Field.required("count", count, "say how many");
      text = text == null ? "1e3" : text;
    }
  }

  @Test
  void whatIsRequiredIsGivenAndWhatIsOffIsLeftOut() throws IOException {
    Map<String, Class<? extends Record>> tasks = Map.of("own", Options.class);
    String example = ConfigExample.of(tasks, "own");
    assertThat(example).contains("  count: 7\n", "  text: \"1e3\"\n", "  # noise:\n");
    assertThat(read(new ConfigReader(tasks), example).task().options().path("count").intValue())
        .isEqualTo(7);
  }

  @Test
  void anUnknownTaskIsNamed() {
    assertThatThrownBy(() -> ConfigExample.of(Experiment.taskOptions(), "cont"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("unknown task 'cont'; did you mean 'count'?");
  }
}
