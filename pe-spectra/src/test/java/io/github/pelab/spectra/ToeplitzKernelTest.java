package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.hipparchus.complex.Complex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToeplitzKernelTest {

  @Test
  void denseFormHasTheLagQueryMinusKey() {
    ToeplitzKernel kernel = ToeplitzKernel.of(new double[] {-2, -1, 0, 1, 2});

    assertThat(kernel.length()).isEqualTo(3);
    assertThat(kernel.at(-2)).isEqualTo(-2);
    assertThat(kernel.dense()).isDeepEqualTo(new double[][] {{0, -1, -2}, {1, 0, -1}, {2, 1, 0}});
    assertThat(kernel.symmetricPart().dense()).isDeepEqualTo(new double[3][3]);
    assertThat(ToeplitzKernel.of(new double[] {1, 2, 9}).symmetricPart().dense())
        .isDeepEqualTo(new double[][] {{2, 5}, {5, 2}});
  }

  /** Against the product with the dense form, at orders of the transform from 1 to 512. */
  @ParameterizedTest
  @CsvSource({
    "1, 1", "1, 2", "2, 1", "2, 3", "3, 2", "4, 5", "7, 1", "8, 4", "9, 3", "16, 2", "17, 1",
    "31, 2", "64, 1", "97, 3", "128, 2", "129, 1", "200, 1"
  })
  void productsAreThoseOfTheDenseForm(int n, int columns) {
    Random random = new Random(n);
    double[] byLag = random.doubles(2L * n - 1, -1, 1).toArray();
    double[][] x = Examples.gaussian(n, columns, random);
    ToeplitzKernel kernel = ToeplitzKernel.of(byLag);

    double[][] product = kernel.times(x);

    double[][] expected = Examples.product(kernel.dense(), x);
    for (int i = 0; i < n; i++) {
      assertThat(product[i]).containsExactly(expected[i], within(1e-12 * n));
    }
    double[] first = new double[n];
    for (int i = 0; i < n; i++) {
      first[i] = x[i][0];
    }
    double[] alone = kernel.times(first);
    for (int i = 0; i < n; i++) {
      assertThat(alone[i]).isCloseTo(expected[i][0], within(1e-12 * n));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, -1, Math.PI})
  void theSymbolIsTheSumOverLags(double theta) {
    ToeplitzKernel kernel = ToeplitzKernel.of(new double[] {3, -1, 0.5, 2, 7});
    Complex step = new Complex(Math.cos(theta), Math.sin(theta));
    Complex expected =
        step.pow(-2)
            .multiply(3)
            .add(step.pow(-1).multiply(-1))
            .add(0.5)
            .add(step.multiply(2))
            .add(step.pow(2).multiply(7));

    Complex symbol = kernel.symbol(theta);

    assertThat(symbol.subtract(expected).norm()).isLessThan(1e-14);
    assertThat(kernel.symmetricPart().symbol(theta).subtract(symbol.getReal()).norm())
        .isLessThan(1e-14);
  }

  /** Few lags of a summable sequence are left out at n = 200: e^(−100) of it. */
  @Test
  void theSymbolTendsToTheClosedForm() {
    Symbol closed = Symbol.exponential(0.5);
    ToeplitzKernel all = Examples.kernel(200, lag -> Math.exp(-0.5 * Math.abs(lag)));
    ToeplitzKernel few = Examples.kernel(5, lag -> Math.exp(-0.5 * Math.abs(lag)));

    for (double theta : new double[] {0, 0.5, 2, Math.PI}) {
      assertThat(all.symbol(theta).getReal()).isCloseTo(closed.at(theta), within(1e-12));
    }
    assertThat(few.symbol(0).getReal()).isLessThan(closed.at(0) - 0.1);
  }

  /**
   * A rotation's symbol has no limit: at its own frequency it grows with n, elsewhere it does not.
   */
  @Test
  void aRotationsSymbolIsAMassAtItsFrequency() {
    for (int n : new int[] {10, 100, 1000}) {
      ToeplitzKernel rotation = Examples.kernel(n, lag -> Math.cos(0.7 * lag));
      assertThat(rotation.symbol(0.7).getReal()).isBetween(n - 3.0, n + 3.0);
      assertThat(rotation.symbol(2).norm()).isLessThan(4);
    }
  }

  @Test
  void laterChangesOfTheArrayDoNotReachIt() {
    double[] byLag = {1, 2, 3};
    ToeplitzKernel kernel = ToeplitzKernel.of(byLag);
    byLag[1] = 9;

    assertThat(kernel.at(0)).isEqualTo(2);
  }

  @Test
  void rejectsWhatIsNoKernel() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToeplitzKernel.of(new double[0]))
        .withMessageContaining("found 0 values; give 2n - 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToeplitzKernel.of(new double[] {1, 2}))
        .withMessageContaining("found 2 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToeplitzKernel.of(new double[] {1, Double.NaN, 3}))
        .withMessageContaining("byLag: value 1 is NaN");
    ToeplitzKernel kernel = ToeplitzKernel.of(new double[] {1, 2, 3});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernel.times(new double[] {1, 2, 3}))
        .withMessageContaining("x: found 3 rows; give one for each of 2 tokens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernel.times(new double[][] {{1, 2}, {3}}))
        .withMessageContaining("row 1 has 1 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kernel.times(new double[] {1, Double.NEGATIVE_INFINITY}))
        .withMessageContaining("-Infinity");
    assertThatIllegalArgumentException()
        .isThrownBy(kernel::requireSymmetric)
        .withMessageContaining("found 3.0 at lag 1 and 1.0 at lag -1");
  }
}
