package io.github.pelab.layers.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class T5BiasTest {
  private static final int LENGTH = 400;

  private static LearnedLagBias bias(String expression) {
    return Schemes.parse(expression).learnedLagBias().orElseThrow();
  }

  /**
   * By hand from the published rule with 32 buckets and cap 128: 16 for each side, lags below 8
   * alone, then 8 + ⌊8 · ln(|lag|/8) / ln(16)⌋, at most 15; 16 more for keys after the query.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "7, 7",
    "8, 8",
    "11, 8",
    "12, 9",
    "16, 10",
    "32, 12",
    "64, 14",
    "90, 14",
    "91, 15",
    "127, 15",
    "128, 15",
    "399, 15",
    "-1, 17",
    "-8, 24",
    "-16, 26",
    "-128, 31"
  })
  void bucketsOfThePaper(int lag, int bucket) {
    assertThat(bias("t5").bucket(lag, LENGTH)).isEqualTo(bucket);
  }

  @Test
  void everyLagHasABucketAndNoneIsLeftOut() {
    for (String expression : new String[] {"t5", "t5(buckets=8,cap=20)", "t5(buckets=0)"}) {
      LearnedLagBias bias = bias(expression);
      int[] used =
          IntStream.range(1 - LENGTH, LENGTH)
              .map(lag -> bias.bucket(lag, LENGTH))
              .distinct()
              .sorted()
              .toArray();
      assertThat(used[0]).isZero();
      assertThat(used[used.length - 1]).isEqualTo(bias.buckets(LENGTH) - 1);
      // "After the query, at distance 0" does not occur, so its bucket stays empty.
      boolean all = expression.equals("t5(buckets=0)");
      assertThat(used).hasSize(all ? 2 * LENGTH - 1 : bias.buckets(LENGTH) - 1);
    }
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThatThrownBy(() -> Schemes.parse("t5(buckets=6)"))
        .hasMessageContaining("buckets must be 0 or a multiple of 4, found 6");
    assertThatThrownBy(() -> Schemes.parse("t5(cap=8)"))
        .hasMessageContaining("cap must be above 8");
    assertThatThrownBy(() -> Schemes.parse("t5(shared=yes)"))
        .hasMessageContaining("shared must be true or false, found 'yes'");
  }
}
