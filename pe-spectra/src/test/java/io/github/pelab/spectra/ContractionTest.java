package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractionTest {

  /**
   * By hand: ρ = ½, 1, 2, 4 have log₂ −1, 0, 1, 2, mean ½, variance (2.25 + 0.25 + 0.25 + 2.25)/3 =
   * 5/3; t of 3 degrees of freedom at 0.975 is 3.182446 (tables), so that the interval of the mean
   * is ½ ± 3.182446 √(5/12). One of four is below 1: Wilson with z = 1.959964 gives (¼ + z²/8 ± z
   * √(3/64 + z²/64)) / (1 + z²/4).
   */
  @Test
  void theNumbersAreThoseOfTheFormulas() {
    double[] without = {2, 3, 5, 7};
    double[] with = {1, 3, 10, 28};

    Contraction found = Contraction.of(with, without);

    double half = 3.182446 * Math.sqrt(5.0 / 12);
    assertThat(found.pairs()).isEqualTo(4);
    assertThat(found.geometricMean()).isCloseTo(Math.sqrt(2), within(1e-12));
    assertThat(found.meanInterval().lower()).isCloseTo(Math.pow(2, 0.5 - half), within(1e-6));
    assertThat(found.meanInterval().upper()).isCloseTo(Math.pow(2, 0.5 + half), within(1e-5));
    assertThat(found.shareBelowOne()).isEqualTo(0.25);
    double z2 = 1.959964 * 1.959964;
    double spread = 1.959964 * Math.sqrt((3 + z2) / 64);
    assertThat(found.shareInterval().lower())
        .isCloseTo((0.25 + z2 / 8 - spread) / (1 + z2 / 4), within(1e-6));
    assertThat(found.shareInterval().upper())
        .isCloseTo((0.25 + z2 / 8 + spread) / (1 + z2 / 4), within(1e-6));
    assertThat(found.margin()).isEqualTo(0.02);
    assertThat(found.verdict()).isEqualTo(ContractionVerdict.NO_VERDICT);
  }

  /**
   * Two pairs with log ρ = m ± d: the interval is m ± 12.7062 d. Chosen so that it ends a little
   * this side, or that, of log 0.98 and log 1.02 (a margin of 0.02).
   */
  @ParameterizedTest
  @CsvSource({
    "0.97, 0.979, CONTRACTS",
    "0.97, 0.981, NO_VERDICT",
    "0.979, 1.019, NO_VERDICT",
    "0.981, 1.019, UNCHANGED",
    "0.981, 1.021, NO_VERDICT",
    "0.979, 1.021, NO_VERDICT",
    "1.019, 1.03, NO_VERDICT",
    "1.021, 1.03, EXPANDS",
    "0.985, 0.99, UNCHANGED"
  })
  void theVerdictIsByTheWholeInterval(double lower, double upper, ContractionVerdict verdict) {
    double mean = (Math.log(lower) + Math.log(upper)) / 2;
    double deviation = (Math.log(upper) - mean) / 12.7062047;

    Contraction found =
        Contraction.of(
            new double[] {Math.exp(mean - deviation), Math.exp(mean + deviation)},
            new double[] {1, 1});

    assertThat(found.meanInterval().lower()).isCloseTo(lower, within(1e-7));
    assertThat(found.meanInterval().upper()).isCloseTo(upper, within(1e-7));
    assertThat(found.verdict()).isEqualTo(verdict);
  }

  @Test
  void theMarginMovesTheVerdict() {
    double[] without = {1, 1, 1, 1};
    double[] with = {0.949, 0.95, 0.95, 0.951};

    assertThat(Contraction.of(with, without).verdict()).isEqualTo(ContractionVerdict.CONTRACTS);
    assertThat(Contraction.of(with, without, 0.1).verdict())
        .isEqualTo(ContractionVerdict.UNCHANGED);
    assertThat(Contraction.of(with, without, 0.05).verdict())
        .isEqualTo(ContractionVerdict.NO_VERDICT);
    assertThat(Contraction.of(without, with, 0.05).verdict()).isEqualTo(ContractionVerdict.EXPANDS);
  }

  @Test
  void pairsOfEqualValuesAreUnchangedAndNoneIsBelow() {
    double[] values = {3, 1e-300, 1e300};

    Contraction found = Contraction.of(values, values);

    assertThat(found.meanInterval()).isEqualTo(new Interval(1, 1));
    assertThat(found.verdict()).isEqualTo(ContractionVerdict.UNCHANGED);
    assertThat(found.shareBelowOne()).isZero();
  }

  /** Three quarters of the pairs shrink a little, one quarter grows a lot: the mean grows. */
  @Test
  void theShareHasNoPartInTheVerdict() {
    double[] without = new double[200];
    double[] with = new double[200];
    Arrays.fill(without, 1);
    Arrays.setAll(with, i -> i % 4 == 0 ? 2 : 0.95);

    Contraction found = Contraction.of(with, without);

    assertThat(found.shareInterval().lower()).isGreaterThan(0.5);
    assertThat(found.verdict()).isEqualTo(ContractionVerdict.EXPANDS);
  }

  /**
   * Where nothing shrinks, CONTRACTS may be said in 2.5 % of data at most: the upper limit of a 95
   * % interval is below what is true in 2.5 %. With 4000 simulations of 2.5 % the standard error is
   * 0.25 points. It is as much where the truth is just at the margin, and much less where it is 1.
   */
  @Test
  void contractionIsClaimedWronglyAsRarelyAsTheIntervalSays() {
    assertThat(claimed(0.98, 0.05, 20)).isBetween(0.0175, 0.0325);
    assertThat(claimed(0.98, 0.5, 5)).isBetween(0.0175, 0.0325);
    assertThat(claimed(1, 0.05, 20)).isLessThan(0.01);
    assertThat(claimed(1, 0.5, 50)).isLessThan(0.025);
    // A rate that is low because nothing is ever claimed would be worth nothing.
    assertThat(claimed(0.9, 0.05, 20)).isGreaterThan(0.99);
  }

  private static double claimed(double truth, double deviation, int pairs) {
    int simulations = 4000;
    Random random = new Random(5);
    int claims = 0;
    for (int s = 0; s < simulations; s++) {
      double[] without = new double[pairs];
      double[] with = new double[pairs];
      for (int i = 0; i < pairs; i++) {
        without[i] = Math.exp(random.nextGaussian());
        with[i] = without[i] * truth * Math.exp(deviation * random.nextGaussian());
      }
      Contraction found = Contraction.of(with, without);
      claims += found.verdict() == ContractionVerdict.CONTRACTS ? 1 : 0;
    }
    return claims / (double) simulations;
  }

  @Test
  void rejectsWhatHasNoRatio() {
    double[] two = {1, 2};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contraction.of(two, new double[] {1}))
        .withMessageContaining("found 2 and 1 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contraction.of(new double[] {1}, new double[] {1}))
        .withMessageContaining("2 at least");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contraction.of(two, new double[] {3, 0}))
        .withMessageContaining("without[1]: found 0.0; give a finite number above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contraction.of(new double[] {0, 1}, two))
        .withMessageContaining("with[0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contraction.of(new double[] {1, Double.NaN}, two))
        .withMessageContaining("with[1]: found NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contraction.of(two, two, 1))
        .withMessageContaining("margin: found 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contraction.of(two, two, -0.1))
        .withMessageContaining("margin");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Interval(2, 1))
        .withMessageContaining("2.0, 1.0");
  }
}
