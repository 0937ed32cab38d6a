package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineTest {
  private static final Baseline BASELINE = Made.baseline(Made.seeds("rope", Made.HERE, 1, 0.99));

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void write() {
    file = directory.resolve("baselines/made.json");
    BASELINE.write(file);
  }

  private void replace(String what, String by) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    assertThat(text).contains(what);
    Files.writeString(file, text.replaceFirst(Pattern.quote(what), by));
  }

  @Test
  void readsBackWhatWasWritten() {
    assertThat(Baseline.read(file)).contains(BASELINE);
    assertThat(Baseline.read(directory.resolve("none.json"))).isEmpty();
  }

  @Test
  void isKnownByWhatItHoldsAndNotByWhen() {
    Night later = Made.night(7, BASELINE.measurements());
    assertThat(Baseline.of(later, Optional.empty(), Made.time(9)).id()).isEqualTo(BASELINE.id());
    assertThat(Made.baseline(BASELINE.measurements().subList(0, 1)).id())
        .isNotEqualTo(BASELINE.id());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "schemaVersion" : 1     | "schemaVersion" : 2        | schemaVersion: found 2
          "name"                  | "nmae"                     | name: Missing
          "correct" : 1000        | "correct" : 1001           | correct: found 1001; choose 0 to 1000
          "correct" : 1000        | "correct" : null           | correct
          "correct" : 1000        | "correct" : 10.5           | correct
          "total" : 1000          | "total" : 0                | total: found 0
          "loss" : 0.             | "loss" : -0.               | loss: found -0
          "loss" : 0.             | "loss" : "NaN", "x" : 0.   | loss: found NaN
          "verdict" : "DEPOSIT"   | "verdict" : "WONDERFUL"    | verdict
          "verdict" : "DEPOSIT"   | "verdict" : 3              | verdict
          0.25                    | 1.25                       | probe: found 1.25
          "rope-seed2"            | "rope-seed1"               | a member twice
          "total" : 1000          | "total" : 1000, "total" : 9 | Duplicate field
          "accepted" : "2026      | "accepted" : "in 2026      | accepted
          "rope"                  | 7, "more" : 8              | more
          0123456789abcdef        | 0123456789ABCDEF           | fingerprint
          """)
  void whatIsWrongIsNamedWithItsFile(String what, String by, String named) throws IOException {
    replace(what, by);
    assertThatThrownBy(() -> Baseline.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(named)
        .as("no command reads over it")
        .hasMessageContaining("remove it")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("io.github");
  }

  @Test
  void whatIsNoObjectOrCutOffIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length - 2; length += 97) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Baseline.read(file))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not a baseline");
    }
    for (String other : List.of("[]", "1", "null", "\"text\"", "[".repeat(100_000))) {
      Files.writeString(file, other);
      assertThatThrownBy(() -> Baseline.read(file)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void diffSaysOldAndNew() {
    List<Measurement> now = Made.seeds("rope", Made.HERE, 1, 0.95);
    assertThat(BaselineDiff.lines(Optional.of(BASELINE), BASELINE)).isEmpty();
    assertThat(BaselineDiff.lines(Optional.empty(), BASELINE))
        .containsExactly("made: none → 2 members");
    assertThat(BaselineDiff.lines(Optional.of(BASELINE), Made.baseline(now)))
        .containsExactly(
            "rope, accuracy: 0.9950 → 0.9750",
            "rope, loss: 0.10450 → 0.12250",
            "rope, top heads: 0.498 → 0.488",
            "rope: 1 of 2 members differ in their bits; rope-seed2: first the trained parameters"
                + " differ (accuracy 0.9900, now 0.9500; loss 0.109000, now 0.145000)");
    assertThat(
            BaselineDiff.lines(
                Optional.of(BASELINE), Made.baseline(Made.seeds("nope", Made.HERE, 0.3))))
        .containsExactly("rope: 2 seeds → none", "nope: none → 1 seeds");
  }
}
