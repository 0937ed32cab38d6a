package io.github.pelab.train.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.pelab.train.Experiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever stands in a config: it is read, or one line says what is wrong with it. The inputs are
 * the same each time; {@code -Dpe.fuzz=N} tries N times as many.
 */
class ConfigFuzzTest {
  private static final int INPUTS = 30 * Integer.getInteger("pe.fuzz", 1);
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int LONGEST_PROBLEM = 400;
  private static final int SHOWN = 2000;

  private static final String SWEEP =
      """
      schemaVersion: 1
      name: sweep
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
      data: {train: 100, validation: 40, test: 60}
      model:
        scheme: [nope, {scheme: rope, layers: 1}, "rope(base=500)"]
        layers: 2
        width: 8
        heads: [1, 2]
        dropoutAt: weights
      training:
        seed: [1, 2]
      """;

  private static final List<String> CONFIGS = new ArrayList<>(List.of(SWEEP));

  @TempDir Path directory;

  @BeforeAll
  static void everyField() {
    for (String task : Experiment.taskOptions().keySet()) {
      CONFIGS.add(
          ConfigExample.of(Experiment.taskOptions(), task)
              // Splits of a pool come to an end, and to draw one takes a while.
              .replaceFirst("\n  samples: \\d+", "\n  samples: 0"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSpoiltIsReadOrRefusedInOneLine(ConfigDamage damage) throws IOException {
    Path file = directory.resolve("x.yaml");
    int refused = 0;
    for (int seed = 0; seed < INPUTS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] input = damage.of(CONFIGS.get(random.nextInt(CONFIGS.size())), random);
      Files.write(file, input);
      refused += refused(file, "%s %d: %s".formatted(damage, seed, shown(input))) ? 1 : 0;
    }
    System.out.printf("configs, %s: tried %d, refused %d%n", damage, INPUTS, refused);
    assertThat(refused).isPositive();
  }

  @Test
  void whatIsNotSpoiltIsRead() throws IOException {
    for (String config : CONFIGS) {
      assertThat(refused(Files.writeString(directory.resolve("x.yaml"), config), config)).isFalse();
    }
  }

  /** Or else a test that finds nothing says nothing. */
  @Test
  void anExceptionOfAnotherKindIsFound() {
    Path file = directory.resolve("x.yaml");
    for (RuntimeException fault :
        List.of(
            new ClassCastException("x"),
            new IllegalArgumentException("no name of a file"),
            new IllegalArgumentException(file + ":1: two\nlines"),
            new IllegalArgumentException(file + ": java.lang.ClassCastException: x"),
            new IllegalArgumentException(file + ": long ".repeat(100)))) {
      assertThatThrownBy(() -> assertOneLine(fault, file, "x")).isInstanceOf(AssertionError.class);
    }
  }

  private static boolean refused(Path file, String input) {
    try {
      assertTimeoutPreemptively(LONGEST, () -> read(file), input);
      return false;
    } catch (Throwable thrown) {
      assertOneLine(thrown, file, input);
      return true;
    }
  }

  private static void read(Path file) {
    List<Sweep.Member> members = Experiment.configs().read(file).members();
    for (Sweep.Member each : List.of(members.get(0), members.get(members.size() - 1))) {
      Experiment.of(each.config(), file.toString());
    }
  }

  private static void assertOneLine(Throwable thrown, Path file, String input) {
    assertThat(thrown).as(input).isInstanceOf(IllegalArgumentException.class);
    assertThat(thrown.getMessage())
        .as(input)
        .startsWith(file + ":")
        .doesNotContain("Exception", "java.", "jackson", "snakeyaml")
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Cs}\u2028\u2029]")
        .hasSizeLessThan(file.toString().length() + LONGEST_PROBLEM);
  }

  private static String shown(byte[] input) {
    String text = new String(input, UTF_8);
    return text.substring(0, Math.min(SHOWN, text.length()));
  }
}
