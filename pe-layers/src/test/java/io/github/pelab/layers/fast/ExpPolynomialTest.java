package io.github.pelab.layers.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpPolynomialTest {
  private static final int PLACES = 100_003;

  private static double relativeError(ExpPolynomial polynomial, double x) {
    return polynomial.value(x) * Math.exp(-x) - 1;
  }

  /** Degrees that an independent search found, by least squares reweighted until level. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 0.5, 1", "0.1, 1, 2", "0.1, 2, 3", "0.1, 4, 6", "0.1, 8, 10",
    "0.01, 0.5, 2", "0.01, 1, 3", "0.01, 2, 5", "0.01, 4, 7", "0.01, 8, 12",
    "0.001, 0.5, 3", "0.001, 1, 4", "0.001, 2, 6", "0.001, 4, 9", "0.001, 8, 14",
    "0.0001, 0.5, 4", "0.0001, 1, 5", "0.0001, 2, 7", "0.0001, 4, 10", "0.0001, 8, 16"
  })
  void theDegreeForAnErrorIsTheLeast(double error, double bound, int degree) {
    assertThat(ExpPolynomial.ofError(error, bound).degree()).isEqualTo(degree);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.5", "2, 0.5", "2, 1", "4, 1", "4, 2", "6, 2", "6, 4", "12, 4", "16, 8", "24, 8"
  })
  void theErrorIsTheLargestThereIs(int degree, double bound) {
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(degree, bound);
    double largest = 0;
    for (int i = 0; i < PLACES; i++) {
      double x = bound * LogitBound.ROUNDED * (2.0 * i / (PLACES - 1) - 1);
      largest = Math.max(largest, Math.abs(relativeError(polynomial, x)));
    }
    assertThat(polynomial.error() + polynomial.rounding(0x1p-53)).isGreaterThanOrEqualTo(largest);
    assertThat(polynomial.error()).isLessThanOrEqualTo(1.002 * largest + 2e-14);
  }

  /**
   * De la Vallée Poussin: where the error changes its sign g + 1 times, no polynomial of the degree
   * has a largest error below the smallest of the g + 2 extremes.
   */
  @ParameterizedTest
  @CsvSource({"1, 0.5", "2, 1", "3, 2", "4, 2", "6, 4", "10, 4", "12, 8"})
  void noPolynomialOfTheDegreeIsNearer(int degree, double bound) {
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(degree, bound);
    int extremes = 1;
    double extreme = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < PLACES; i++) {
      double error = relativeError(polynomial, bound * (2.0 * i / (PLACES - 1) - 1));
      if (error * extreme < 0) {
        least = Math.min(least, Math.abs(extreme));
        extremes++;
        extreme = error;
      } else if (Math.abs(error) > Math.abs(extreme)) {
        extreme = error;
      }
    }
    least = Math.min(least, Math.abs(extreme));
    assertThat(extremes).isEqualTo(degree + 2);
    assertThat(least).isCloseTo(polynomial.error(), within(0.005 * polynomial.error()));
  }

  @Test
  void itsSlopeIsThatOfItsValues() {
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(5, 2);
    for (double x : new double[] {-2, -0.3, 0, 1.1, 2}) {
      double difference = (polynomial.value(x + 1e-6) - polynomial.value(x - 1e-6)) / 2e-6;
      assertThat(polynomial.slope(x)).isCloseTo(difference, within(1e-8));
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> ExpPolynomial.ofDegree(1, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("degree 1")
        .hasMessageContaining("take a higher degree, or a lower bound");
    assertThatThrownBy(() -> ExpPolynomial.ofDegree(0, 1)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> ExpPolynomial.ofDegree(2, 0)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> ExpPolynomial.ofDegree(2, Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> ExpPolynomial.ofError(1, 1)).hasMessageContaining("found 1");
    assertThatThrownBy(() -> ExpPolynomial.ofError(1e-12, 16)).hasMessageContaining("no degree");
  }
}
