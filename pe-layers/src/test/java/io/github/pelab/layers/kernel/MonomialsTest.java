package io.github.pelab.layers.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.kernel.Monomials.Run;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MonomialsTest {
  private static int[][] exponents(Monomials monomials) {
    int[][] exponents = new int[monomials.count()][monomials.variables()];
    for (Run run : monomials.runs()) {
      for (int k = 0; k < run.count(); k++) {
        exponents[run.child() + k] = exponents[run.parent() + k].clone();
        exponents[run.child() + k][run.variable()]++;
      }
    }
    return exponents;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 2",
    "1, 5, 6",
    "2, 2, 6",
    "4, 4, 70",
    "8, 3, 165",
    "16, 4, 4845",
    "64, 2, 2145"
  })
  void eachComesOnce(int variables, int degree, int count) {
    Monomials monomials = Monomials.of(variables, degree);
    Set<List<Integer>> found = new HashSet<>();
    for (int[] each : exponents(monomials)) {
      assertThat(Arrays.stream(each).sum()).isLessThanOrEqualTo(degree);
      found.add(Arrays.stream(each).boxed().toList());
    }
    assertThat(found).hasSize(count).hasSize(monomials.count());
    assertThat(Monomials.count(variables, degree)).isEqualTo(count);
    assertThat(monomials.below())
        .isEqualTo(degree == 1 ? 1 : (int) Monomials.count(variables, degree - 1));
  }

  /** The multinomial theorem, by numbers. */
  @ParameterizedTest
  @CsvSource({"1, 3", "3, 1", "3, 4", "5, 6", "16, 3"})
  void weightsMakeAPolynomialOfAProduct(int variables, int degree) {
    SplittableRandom random = new SplittableRandom(3);
    double[] coefficients = random.doubles(degree + 1).toArray();
    double[] x = random.doubles(variables).map(u -> 2 * u - 1).toArray();
    double[] y = random.doubles(variables).map(u -> 2 * u - 1).toArray();
    Monomials monomials = Monomials.of(variables, degree);
    double[] weights = monomials.weights(coefficients);
    double sum = 0;
    int[][] exponents = exponents(monomials);
    for (int m = 0; m < monomials.count(); m++) {
      double term = weights[m];
      for (int v = 0; v < variables; v++) {
        term *= Math.pow(x[v] * y[v], exponents[m][v]);
      }
      sum += term;
    }
    double product = 0;
    for (int v = 0; v < variables; v++) {
      product += x[v] * y[v];
    }
    double expected = 0;
    for (int m = degree; m >= 0; m--) {
      expected = expected * product + coefficients[m];
    }
    assertThat(sum).isCloseTo(expected, within(1e-12 * (1 + Math.abs(expected))));
  }

  @Test
  void tooManyAreRefusedBeforeTheyAreMade() {
    assertThatThrownBy(() -> Monomials.of(128, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("128 variables up to degree 8")
        .hasMessageContaining("take a lower degree, or smaller heads");
    assertThatThrownBy(() -> Monomials.of(0, 2)).hasMessageContaining("0 variables");
  }
}
