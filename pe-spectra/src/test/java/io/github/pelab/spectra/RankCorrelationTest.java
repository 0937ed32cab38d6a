package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
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

  /**
   * As in tables of Spearman's ρ: of 5 pairs 1 has p = 2/120, 0.9 has 10/120; 0.886 of 6 12/360.
   */
  @Test
  void pOfFewPairsIsTheShareOfAllOrders() {
    double[] five = {1, 2, 3, 4, 5};
    assertThat(RankCorrelation.of(five, five).p()).isCloseTo(2.0 / 120, within(1e-15));
    RankCorrelation exchanged = RankCorrelation.of(five, new double[] {5, 4, 3, 1, 2});
    assertThat(exchanged.rho()).isCloseTo(-0.9, within(1e-15));
    assertThat(exchanged.p()).isCloseTo(10.0 / 120, within(1e-15));
    RankCorrelation six = RankCorrelation.of(ASCENDING, new double[] {2, 1, 4, 3, 5, 6});
    assertThat(six.rho()).isCloseTo(1 - 24.0 / 210, within(1e-15));
    assertThat(six.p()).isCloseTo(24.0 / 720, within(1e-15));
  }

  /** Of 10 pairs 0.648 is the critical value of 5 %, 0.794 of 1 %. */
  @Test
  void pOfMorePairsIsStudents() {
    double[] ten = IntStream.range(0, 10).asDoubleStream().toArray();
    double[] near = {3, 0, 1, 2, 5, 4, 9, 6, 7, 8};
    double rho = RankCorrelation.rho(ten, near);
    assertThat(rho).isGreaterThan(0.794);
    assertThat(RankCorrelation.of(ten, near).p()).isLessThan(0.01);
    double[] far = {5, 1, 2, 3, 4, 0, 6, 7, 8, 9};
    assertThat(RankCorrelation.rho(ten, far)).isBetween(0.648, 0.794);
    assertThat(RankCorrelation.of(ten, far).p()).isBetween(0.01, 0.05);
    assertThat(RankCorrelation.of(ten, ten).p()).isCloseTo(2.0 / 3_628_800, within(1e-12));
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
      discovered += none.p() <= 0.05 ? 1 : 0;
      double[] with = new double[12];
      Arrays.setAll(with, i -> x[i] + y[i]);
      insideOfCorrelated += contains(RankCorrelation.of(x, with), 0);
    }
    assertThat(inside).isBetween(1860, 1960);
    assertThat(discovered).isBetween(70, 130);
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
