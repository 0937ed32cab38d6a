package io.github.pelab.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DepositRuleTest {

  @Test
  void boundsAPercentileIntervalByTheFiftiethOfTwoThousand() {
    assertThat(DepositRule.DEFAULTS.tailResamples()).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({
    "0,    0.95, 0.5, 4, 0.2, 0.5, 0.5, 2000, level: found 0.0",
    "1,    0.95, 0.5, 4, 0.2, 0.5, 0.5, 2000, level: found 1.0",
    "NaN,  0.95, 0.5, 4, 0.2, 0.5, 0.5, 2000, level: found NaN",
    "0.05, 95,   0.5, 4, 0.2, 0.5, 0.5, 2000, confidence: found 95.0",
    "0.05, 0.95, 0,   4, 0.2, 0.5, 0.5, 2000, learnedFraction: found 0.0",
    "0.05, 0.95, 0.5, 1, 0.2, 0.5, 0.5, 2000, minHeads: found 1",
    "0.05, 0.95, 0.5, 4, 0,   0.5, 0.5, 2000, topDropAtLeast: found 0.0",
    "0.05, 0.95, 0.5, 4, 0.2, 1.5, 0.5, 2000, shareAtLeast: found 1.5",
    "0.05, 0.95, 0.5, 4, 0.2, 0.5, -1,  2000, runnerUpBelow: found -1.0",
    "0.05, 0.95, 0.5, 4, 0.2, 0.5, 0.5, 38,   bootstrapResamples: found 38",
    "0.05, 0.95, 0.5, 4, 0.2, 0.5, 0.5, 0,    bootstrapResamples: found 0"
  })
  void rejectsThresholdsThatMeanNothing(
      double level,
      double confidence,
      double learnedFraction,
      int minHeads,
      double topDropAtLeast,
      double shareAtLeast,
      double runnerUpBelow,
      int resamples,
      String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new DepositRule(
                    level,
                    confidence,
                    learnedFraction,
                    minHeads,
                    topDropAtLeast,
                    shareAtLeast,
                    runnerUpBelow,
                    resamples,
                    1L))
        .withMessageStartingWith(message)
        .withMessageContaining("choose ");
  }

  @Test
  void theResamplesThatItAsksForAreEnough() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DepositRule(0.05, 0.9, 0.5, 4, 0.2, 0.5, 0.5, 18, 1L))
        .withMessageEndingWith("choose at least 20");
    assertThat(new DepositRule(0.05, 0.9, 0.5, 4, 0.2, 0.5, 0.5, 20, 1L).tailResamples())
        .isEqualTo(1);
  }
}
