package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {
  private static final double[] ASCENDING = {1, 2, 3, 4, 5, 6};

  /** Ranks 1..6 against 2 1 4 3 6 5: Σd² = 6, ρ = 1 − 6·6/(6·35) = 29/35. */
  @Test
  void isSpearmansOfRanks() {
    RankCorrelation found =
        RankCorrelation.of(ASCENDING, new double[] {20, 1, 4000, 300, 1e9, 5e4});
    assertThat(found.rho()).isCloseTo(29.0 / 35, within(1e-15));
    assertThat(found.pairs()).isEqualTo(6);
  }

  /** Ties share their mean: 1.5 1.5 3 4 5 6 against 1..6. */
  @Test
  void tiesShareTheirMeanRank() {
    double[] tied = {7, 7, 8, 9, 10, 11};
    double xx = 17.5;
    double yy = 4 + 4 + 0.25 + 0.25 + 2.25 + 6.25;
    double xy = 2.5 * 2 + 1.5 * 2 + 0.5 * 0.5 + 0.5 * 0.5 + 1.5 * 1.5 + 2.5 * 2.5;
    assertThat(RankCorrelation.of(ASCENDING, tied).rho())
        .isCloseTo(xy / Math.sqrt(xx * yy), within(1e-15));
  }

  @Test
  void whatAgreesWhollyHasAnIntervalAllTheSame() {
    RankCorrelation same = RankCorrelation.of(ASCENDING, ASCENDING);
    assertThat(same.rho()).isEqualTo(1);
    assertThat(same.interval().upper()).isEqualTo(1);
    assertThat(same.interval().lower()).isBetween(0.0, 0.95);
    RankCorrelation opposite = RankCorrelation.of(ASCENDING, new double[] {6, 5, 4, 3, 2, 1});
    assertThat(opposite.rho()).isEqualTo(-1);
    assertThat(opposite.interval().lower()).isEqualTo(-1);
    assertThat(opposite.interval().upper()).isEqualTo(-same.interval().lower());
  }

  /** Of 2,000 samples of 12 pairs without correlation 0 is inside of about 95 %. */
  @Test
  void theIntervalHoldsWhatItPromises() {
    Random random = new Random(5);
    int inside = 0;
    int discovered = 0;
    int insideOfCorrelated = 0;
    for (int sample = 0; sample < 2000; sample++) {
      double[] x = random.doubles(12).toArray();
      double[] y = random.doubles(12).toArray();
      RankCorrelation none = RankCorrelation.of(x, y);
      inside += contains(none, 0);
      discovered += none.p() < 0.05 ? 1 : 0;
      double[] with = new double[12];
      Arrays.setAll(with, i -> x[i] + y[i]);
      insideOfCorrelated += contains(RankCorrelation.of(x, with), 0);
    }
    assertThat(inside).isBetween(1860, 1960);
    assertThat(discovered).isEqualTo(2000 - inside);
    assertThat(insideOfCorrelated).isLessThan(800);
  }

  private static int contains(RankCorrelation correlation, double rho) {
    Interval interval = correlation.interval();
    return interval.lower() <= rho && rho <= interval.upper() ? 1 : 0;
  }

  @Test
  void refusesWhatHasNoCorrelation() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RankCorrelation.of(new double[4], new double[4]))
        .withMessageContaining("found 4 and 4 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RankCorrelation.of(ASCENDING, new double[6]))
        .withMessageContaining("y: all 6 values are equal");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RankCorrelation.of(new double[] {1, 2, 3, 4, 5, Double.NaN}, ASCENDING))
        .withMessageContaining("x: value 5 is NaN");
  }
}
