package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolTest {
  private static final double[] ANGLES = {0.05, 0.3, 1, Math.PI / 2, 2.5, Math.PI};

  /** With q = e^(−m): 1 + Σ_{r≥1} qʳ 2 cos rθ, whose terms are below 1e−20 after 50 / m. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.5, 3})
  void theExponentialsSymbolIsTheSumOfItsSeries(double m) {
    for (double theta : ANGLES) {
      double sum = 1;
      for (int r = 1; r < 50 / m; r++) {
        sum += 2 * Math.exp(-m * r) * Math.cos(r * theta);
      }
      assertThat(Symbol.exponential(m).at(theta)).isCloseTo(sum, within(1e-10));
      assertThat(Symbol.exponential(m).at(theta))
          .isCloseTo(Math.sinh(m) / (Math.cosh(m) - Math.cos(theta)), within(1e-10));
    }
  }

  /** f(π) = tanh(m/2), f(0) = coth(m/2). */
  @Test
  void theExponentialsRange() {
    Symbol symbol = Symbol.exponential(0.7);

    assertThat(symbol.infimum()).isCloseTo(Math.tanh(0.35), within(1e-14));
    assertThat(symbol.supremum()).isCloseTo(1 / Math.tanh(0.35), within(1e-14));
    assertThat(symbol.generalised()).isFalse();
    assertThat(Symbol.exponential(1e3).at(1)).isEqualTo(1);
    assertThat(Symbol.exponential(1e-9).supremum()).isCloseTo(2e9, within(1.0));
  }

  /**
   * Apart from the closed forms: multiplied by 2 − 2 cos θ = 2 − e^(iθ) − e^(−iθ), a sequence
   * becomes its second differences d_r = 2t_r − t_{r−1} − t_{r+1}, and its symbol theirs. Those of
   * −m|r| are 2m at r = 0 and 0 elsewhere, so that f (2 − 2 cos θ) = 2m: the sign is plus. Those of
   * a logarithm fall as 1/r², and sum absolutely; after R terms the rest is of the order of
   * 1/(R²θ).
   */
  @ParameterizedTest
  @CsvSource({"1, 1", "0.5, 0.1", "2, 10", "1, 0.01"})
  void generalisedSymbolsAreThoseOfTheSecondDifferences(double a, double b) {
    IntToDoubleFunction linear = lag -> -a * Math.abs(lag);
    IntToDoubleFunction logarithmic = lag -> -a * Math.log1p(b * Math.abs(lag));
    for (double theta : ANGLES) {
      assertThat(Symbol.linear(a).at(theta))
          .isCloseTo(bySecondDifferences(linear, theta), within(1e-6));
      assertThat(Symbol.logarithmic(a, b).at(theta) / bySecondDifferences(logarithmic, theta))
          .isCloseTo(1, within(1e-5));
    }
  }

  private static double bySecondDifferences(IntToDoubleFunction t, double theta) {
    double sum = 2 * (t.applyAsDouble(0) - t.applyAsDouble(1));
    for (int r = 1; r < 30_000; r++) {
      double difference = 2 * t.applyAsDouble(r) - t.applyAsDouble(r - 1) - t.applyAsDouble(r + 1);
      sum += 2 * difference * Math.cos(r * theta);
    }
    return sum / (2 - 2 * Math.cos(theta));
  }

  /** ∫ (1/s) bs / ((b²s² + θ²)/2) ds over s from 0 to ∞ is π/θ. */
  @Test
  void nearZeroTheLogarithmicOneGoesAsPiOverTheta() {
    for (double b : new double[] {0.01, 1, 100}) {
      Symbol symbol = Symbol.logarithmic(3, b);
      assertThat(symbol.at(1e-7 * b) * 1e-7 * b).isCloseTo(3 * Math.PI, within(1e-4));
    }
    // ALiBi's is steeper: 2m/θ².
    assertThat(Symbol.linear(3).at(1e-4) * 1e-8).isCloseTo(6, within(1e-4));
  }

  @Test
  void generalisedSymbolsAreInfiniteAtZeroAndFallFromThereOn() {
    for (Symbol symbol : new Symbol[] {Symbol.linear(0.5), Symbol.logarithmic(2, 0.7)}) {
      assertThat(symbol.generalised()).isTrue();
      assertThat(symbol.supremum()).isInfinite();
      assertThat(symbol.infimum()).isEqualTo(symbol.at(Math.PI)).isPositive();
      double last = Double.POSITIVE_INFINITY;
      for (double theta : ANGLES) {
        assertThat(symbol.at(theta)).isLessThan(last).isEqualTo(symbol.at(-theta));
        last = symbol.at(theta);
      }
    }
  }

  /**
   * f falls from 0 to π, so that its quantiles, ascending, are its values at angles, descending.
   */
  @Test
  void quantilesAreValuesAtEquallyLikelyAngles() {
    Symbol symbol = Symbol.exponential(1);

    assertThat(symbol.quantiles(2))
        .containsExactly(symbol.at(3 * Math.PI / 4), symbol.at(Math.PI / 4));
    // The mean over θ is t_0 = 1.
    assertThat(Arrays.stream(symbol.quantiles(100)).average()).hasValueCloseTo(1.0, within(1e-10));
  }

  @Test
  void rejectsParametersThatAreNotPositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Symbol.exponential(0))
        .withMessageContaining("m: found 0.0; give a finite number above 0");
    assertThatIllegalArgumentException().isThrownBy(() -> Symbol.linear(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Symbol.logarithmic(Double.NaN, 1))
        .withMessageContaining("a: found NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Symbol.logarithmic(1, Double.POSITIVE_INFINITY))
        .withMessageContaining("b: found Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Symbol.linear(1).quantiles(0))
        .withMessageContaining("count");
  }
}
