package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolFitTest {

  private static ToeplitzKernel decay(int n, double m) {
    return Examples.kernel(n, lag -> Math.exp(-m * Math.abs(lag)));
  }

  private static SymbolFit alibi(int n, double m) {
    return SymbolFit.of(Examples.kernel(n, lag -> -m * Math.abs(lag)), Symbol.linear(m));
  }

  private static SymbolFit kerple(int n, double a, double b) {
    return SymbolFit.of(
        Examples.kernel(n, lag -> -a * Math.log1p(b * Math.abs(lag))), Symbol.logarithmic(a, b));
  }

  /** xᵀTx = (1/2π) ∫ f |Σ x_j e^(ijθ)|² dθ is a mean of f: it cannot leave f's range. */
  @ParameterizedTest
  @CsvSource({"2, 0.3", "16, 0.3", "128, 0.3", "256, 0.05", "64, 3"})
  void extremesStayWithinTheRangeOfASummableSymbol(int n, double m) {
    Bound bound = Bound.withinSymbol(decay(n, m), Symbol.exponential(m));

    assertThat(bound.slack()).isPositive();
    // One that is a little too narrow would be left, once n is large.
    if (n == 256) {
      assertThat(Bound.withinSymbol(decay(n, m), Symbol.exponential(1.1 * m)).slack()).isNegative();
    }
  }

  /**
   * The k-th eigenvalue of n is f at an angle within π/n of the k-th midpoint (the eigenvalues of
   * e^(−m|r|) are f at the roots of an equation, one in each interval of π/(n+1); Grenander and
   * Szegő, 5.3): the mean distance falls as 1/n. Against another symbol it does not fall.
   */
  @Test
  void quantilesOfASummableSymbolConverge() {
    for (int n : new int[] {32, 64, 128}) {
      double distance = SymbolFit.of(decay(n, 0.3), Symbol.exponential(0.3)).meanDistance();
      double next = SymbolFit.of(decay(2 * n, 0.3), Symbol.exponential(0.3)).meanDistance();
      assertThat(distance / next).isBetween(1.9, 2.1);
    }
    SymbolFit other = SymbolFit.of(decay(256, 0.3), Symbol.exponential(0.35));
    assertThat(other.meanDistance()).isGreaterThan(0.09);
  }

  /**
   * The inverse of the distances |i − j| of a path is −K/2 + ττᵀ/(2(n−1)), with K the path's
   * Laplacian, whose eigenvalues are 2 − 2 cos πk/n for k from 0, and τ 1 at both ends, 0 elsewhere
   * (Graham and Lovász 1978). So the inverse of −|i − j| is K/2 less a matrix of rank one, and its
   * eigenvalues interlace with those of K/2: one of −m|i − j| is negative, and the k-th greatest is
   * from m/(1 − cos πk/n) to m/(1 − cos π(k−1)/n) — the generalised symbol at neighbouring angles.
   */
  @ParameterizedTest
  @ValueSource(ints = {5, 64, 201})
  void alibisEigenvaluesAreItsGeneralisedSymbolAtNeighbouringAngles(int n) {
    double[] ascending = alibi(n, 0.5).eigenvalues();
    Symbol symbol = Symbol.linear(0.5);
    double rounding = 1e-12 * n * n;

    assertThat(ascending[0]).isNegative();
    for (int k = 1; k < n; k++) {
      assertThat(ascending[n - k])
          .isGreaterThan(symbol.at(Math.PI * k / n) - rounding)
          .isLessThan(symbol.at(Math.PI * (k - 1) / n) + rounding);
    }
  }

  /**
   * As n grows, −|i − j| tends to n² times the operator with kernel −|x − y| on [−½, ½]. λu = −∫|x
   * − y|u gives λu'' = −2u. Odd sin ωx: λu'(½) = 0, so ω = π and λ = 2/ω² = 2/π², the greatest.
   * Even cosh ωx with λ = −2/ω²: λu(½) = −½∫u, so z tanh z = 1 for z = ω/2, z = 1.19968, λ =
   * −1/(2z²), the least. Both extremes of −m|r| grow as n²; a slope of ½ at n = 128 has norm 2846.
   */
  @Test
  void alibisExtremesGrowAsTheSquareOfTheLength() {
    for (int n : new int[] {64, 128, 256}) {
      double[] eigenvalues = alibi(n, 0.5).eigenvalues();
      assertThat(eigenvalues[n - 1] / (0.5 * n * n))
          .isCloseTo(2 / (Math.PI * Math.PI), within(1e-4));
      assertThat(eigenvalues[0] / (0.5 * n * n))
          .isCloseTo(-1 / (2 * 1.19968 * 1.19968), within(1e-4));
      double[] doubled = alibi(2 * n, 0.5).eigenvalues();
      assertThat(exponent(eigenvalues[n - 1], doubled[2 * n - 1])).isCloseTo(2, within(1e-3));
      assertThat(exponent(eigenvalues[0], doubled[0])).isCloseTo(2, within(1e-3));
    }
    assertThat(-alibi(128, 0.5).eigenvalues()[0]).isCloseTo(2846, within(0.5));
  }

  /**
   * The bulk, here from the 5th to the 90th percentile, tends to the quantiles all the same; that
   * of the other generalised symbol does not.
   */
  @Test
  void theBulkOfTheGeneralisedOnesConverges() {
    for (int n : new int[] {64, 128}) {
      assertThat(bulk(alibi(n, 0.5)) / bulk(alibi(2 * n, 0.5))).isBetween(1.7, 2.4);
      assertThat(bulk(kerple(n, 2, 0.1)) / bulk(kerple(2 * n, 2, 0.1))).isBetween(1.7, 2.4);
      assertThat(bulk(kerple(n, 1, 10)) / bulk(kerple(2 * n, 1, 10))).isBetween(1.7, 2.4);
    }
    ToeplitzKernel kerple = Examples.kernel(256, lag -> -2 * Math.log1p(0.1 * Math.abs(lag)));
    double right = SymbolFit.of(kerple, Symbol.logarithmic(2, 0.1)).meanDistance(0.05, 0.9);
    double wrong = SymbolFit.of(kerple, Symbol.logarithmic(2, 0.12)).meanDistance(0.05, 0.9);
    assertThat(wrong / right).isGreaterThan(2);
  }

  /**
   * Logarithmic KERPLE's extremes do not grow as n². With x = i/n, −a log(1 + b|r|) is near −a log
   * bn − a log|x − y|, a constant and a kernel that does not depend on n, so that it acts as n
   * times these. Odd vectors do not see the constant: the greatest eigenvalue, which is of one,
   * grows as n. The constant goes into the least: 1ᵀT1/n, which is near −an (log bn − 3/2) as the
   * mean of log|x − y| on the unit square is −3/2, bounds it from above and is nearly it. A
   * constant added to the bias, which softmax does not see, moves it by n times as much.
   */
  @Test
  void logarithmicKerplesExtremesGrowAsTheLengthAndItsLogarithm() {
    for (int n : new int[] {64, 128, 256}) {
      double[] eigenvalues = kerple(n, 1, 10).eigenvalues();
      double[] doubled = kerple(2 * n, 1, 10).eigenvalues();

      assertThat(exponent(eigenvalues[n - 1], doubled[2 * n - 1])).isCloseTo(1, within(0.005));
      assertThat(exponent(eigenvalues[0], doubled[0])).isBetween(1.1, 1.25);
      assertThat(eigenvalues[1]).isPositive();
      double mean = 0;
      for (int lag = 1 - n; lag < n; lag++) {
        mean -= Math.log1p(10 * Math.abs(lag)) * (n - Math.abs(lag)) / n;
      }
      assertThat(eigenvalues[0] / mean).isBetween(1.0, 1.002);
      assertThat(mean / (-n * (Math.log(10.0 * n) - 1.5))).isCloseTo(1, within(0.01));
    }
    // With b small, bn has to be large before it is seen: at b = 0.1 the exponent still falls.
    double early = exponent(greatest(kerple(64, 2, 0.1)), greatest(kerple(128, 2, 0.1)));
    double late = exponent(greatest(kerple(256, 2, 0.1)), greatest(kerple(512, 2, 0.1)));
    assertThat(early).isBetween(1.25, 1.4);
    assertThat(late).isBetween(1.1, 1.2);
  }

  private static double greatest(SymbolFit fit) {
    return fit.eigenvalues()[fit.eigenvalues().length - 1];
  }

  private static double exponent(double value, double atTwiceTheLength) {
    return Math.log(atTwiceTheLength / value) / Math.log(2);
  }

  private static double bulk(SymbolFit fit) {
    return fit.meanDistance(0.05, 0.9);
  }

  @Test
  void rejectsWhatCannotBeCompared() {
    ToeplitzKernel skewed = ToeplitzKernel.of(new double[] {1, 2, 3});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SymbolFit.of(skewed, Symbol.exponential(1)))
        .withMessageContaining("found 3.0 at lag 1 and 1.0 at lag -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.withinSymbol(skewed, Symbol.exponential(1)))
        .withMessageContaining("give a symmetric one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.withinSymbol(decay(3, 1), Symbol.linear(1)))
        .withMessageContaining("generalised");
    SymbolFit fit = SymbolFit.of(decay(10, 1), Symbol.exponential(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fit.meanDistance(0.5, 0.5))
        .withMessageContaining("found 0.5 and 0.5");
    assertThatIllegalArgumentException().isThrownBy(() -> fit.meanDistance(-0.1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> fit.meanDistance(0, 1.1));
    assertThatIllegalArgumentException().isThrownBy(() -> fit.meanDistance(0.5, 0.51));
  }
}
