package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.tasks.Split;
import io.github.pelab.train.config.Sweep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The configs that a reader is told to run: each can be, as far as that shows before training. */
class ShippedConfigsTest {
  private static final Path CONFIGS = Path.of("..", "configs");

  static List<Path> configs() {
    try (Stream<Path> files = Files.walk(CONFIGS)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.getParent().endsWith("claims")) // but their suites
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Sweep.Member> members(Path config) {
    return Experiment.configs().read(config).members();
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyMemberIsComplete(Path config) {
    for (Sweep.Member member : members(config)) {
      Experiment experiment = Experiment.of(member.config(), config.toString());
      // A pool has an end: all examples that are asked for must exist.
      assertThat(experiment.task().example(Split.TRAIN, member.config().data().train() - 1))
          .isNotNull();
      assertThat(experiment.task().example(Split.TEST, member.config().data().test() - 1))
          .isNotNull();
    }
  }

  @Test
  void nothingIsTestedIfNothingIsFound() {
    assertThat(configs()).hasSizeGreaterThan(8).contains(CONFIGS.resolve("quickstart.yaml"));
  }

  /** The released models are configs and nothing else: as many parameters as the release has. */
  @ParameterizedTest
  @CsvSource({
    "task1, nope, 3457086",
    "task1, sinusoidal, 3457086",
    "task1, 't5(buckets=0,shared=false)', 3481566",
    "task1, random(trainable=true), 3489854",
    "task1, sinusoidal(layout=halves)+rope, 3457086",
    "task1-rope-heads, rope(heads=2), 3457086",
    "task1-mla, learned(deviation=0)+turn-released, 3324478",
    "task2, alibi(slopes=released), 3457086",
    "task2-mla, learned(deviation=0)+turn-released, 3324478",
  })
  void theReleasedModelsAreTheirSize(String config, String scheme, long parameters) {
    Sweep.Member member =
        members(CONFIGS.resolve("paper").resolve(config + ".yaml")).stream()
            .filter(each -> each.config().model().scheme().equals(scheme))
            .findFirst()
            .orElseThrow();
    Experiment experiment = Experiment.of(member.config(), config);
    assertThat(experiment.parameters()).isEqualTo(parameters);
    assertThat(experiment.network().numParams()).isEqualTo(parameters);
  }
}
