package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CouplingTest {
  private static final double ROUNDING = 1e-12;

  /**
   * RoPE as a model does it: the query at i is turned by the angle iθ_p, (a, b) ↦ (a cos − b sin, a
   * sin + b cos), the key at j by jθ_p, and the logit is their product. An odd last component, and
   * pairs that the tables leave out, are not turned.
   */
  @ParameterizedTest
  @CsvSource({"2, 1", "16, 8", "7, 3", "16, 3", "5, 0"})
  void rotaryLogitsAreProductsOfQueriesAndKeysTurnedByTheirPosition(int headSize, int pairs) {
    int n = 9;
    Random random = new Random(1);
    double[][] q = Examples.gaussian(n, headSize, random);
    double[][] k = Examples.gaussian(n, headSize, random);
    double[] frequencies = Examples.frequencies(pairs);
    double[][] expected =
        Examples.product(turned(q, frequencies), Examples.transposed(turned(k, frequencies)));

    double[][] logits =
        Coupling.rotary(q, k, Examples.cos(n, frequencies), Examples.sin(n, frequencies), 0.25);

    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        assertThat(logits[i][j]).isCloseTo(expected[i][j] / 4, within(ROUNDING));
      }
    }
  }

  private static double[][] turned(double[][] rows, double[] frequencies) {
    double[][] turned = new double[rows.length][];
    for (int t = 0; t < rows.length; t++) {
      turned[t] = rows[t].clone();
      for (int p = 0; p < frequencies.length; p++) {
        double cos = Math.cos(t * frequencies[p]);
        double sin = Math.sin(t * frequencies[p]);
        double a = rows[t][2 * p];
        double b = rows[t][2 * p + 1];
        turned[t][2 * p] = a * cos - b * sin;
        turned[t][2 * p + 1] = a * sin + b * cos;
      }
    }
    return turned;
  }

  /** The sign of the lag matters: with sin of j − i a query would be turned the wrong way. */
  @Test
  void theLagIsQueryMinusKey() {
    double[][] q = {{1, 0}, {1, 0}};
    double[][] k = {{0, 1}, {0, 1}};

    // Query at 0 times key at 1 turned by π/2, which is (−1, 0); and the other way round.
    double[][] logits =
        Coupling.rotary(q, k, Examples.cos(2, Math.PI / 2), Examples.sin(2, Math.PI / 2), 1);

    assertThat(logits[0][1]).isCloseTo(-1, within(ROUNDING));
    assertThat(logits[1][0]).isCloseTo(1, within(ROUNDING));
  }

  @Test
  void contentBiasSumAndHadamardProductAreEntryByEntry() {
    double[][] q = {{1, 2, 3}, {4, 5, 6}};
    double[][] k = {{1, 0, 1}, {0, 1, 0}};
    double[][] content = Coupling.content(q, k, 0.5);

    assertThat(content).isDeepEqualTo(new double[][] {{2, 1}, {5, 2.5}});
    // bias of lags −1, 0, 1: above the diagonal the key is ahead, the lag negative
    assertThat(Coupling.plusLagBias(content, new double[] {10, 20, 30}))
        .isDeepEqualTo(new double[][] {{22, 11}, {35, 22.5}});
    assertThat(Coupling.sum(content, content)).isDeepEqualTo(new double[][] {{4, 2}, {10, 5}});
    assertThat(Coupling.hadamard(content, content))
        .isDeepEqualTo(new double[][] {{4, 1}, {25, 6.25}});
  }

  @Test
  void rejectsWhatDoesNotFit() {
    double[][] two = {{1, 2}, {3, 4}};
    double[][] three = {{1, 2, 3}, {4, 5, 6}};
    double[][] lags = {{1, 1, 1}};
    double[][] none = {};

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.content(two, three, 1))
        .withMessageContaining("found [2][2] and [2][3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.rotary(two, two, lags, none, 1))
        .withMessageContaining("tables of 1 and 0 pairs");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Coupling.rotary(
                    three, three, new double[][] {{1}, {1}}, new double[][] {{1}, {1}}, 1))
        .withMessageContaining("1 at most for K = 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.rotary(two, two, new double[][] {{1}}, lags, 1))
        .withMessageContaining("cos[0]: found 1 values by lag; give 2n - 1 = 3 for n = 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.rotary(two, two, lags, new double[][] {{1, Double.NaN, 1}}, 1))
        .withMessageContaining("sin[0]: value 1 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.content(two, two, Double.POSITIVE_INFINITY))
        .withMessageContaining("scale");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.content(none, none, 1))
        .withMessageContaining("q: the matrix is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.content(new double[][] {{1, 2}, {3}}, two, 1))
        .withMessageContaining("q: row 1 has 1 values, row 0 has 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.plusLagBias(two, new double[] {1, 2}))
        .withMessageContaining("bias: found 2 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.hadamard(two, new double[][] {{1}}))
        .withMessageContaining("w and e: found matrices of order 2 and 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Coupling.sum(three, three))
        .withMessageContaining("a: found 2 rows of 3 values; give a square matrix");
  }
}
