package io.github.pelab.layers.sublayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

class ActivationTest {
  private static double[] apply(Activation activation, double... x) {
    SameDiff ops = SameDiff.create();
    return activation.of(ops, ops.constant(Nd4j.createFromArray(x))).eval().toDoubleVector();
  }

  /** Φ(1) = 0.8413447460685429…, Φ(−2) = 0.02275013194817921…, from tables of the normal law. */
  @Test
  void geluIsXTimesTheNormalLaw() {
    assertThat(apply(Activation.GELU, -2, 0, 1))
        .containsExactly(
            new double[] {-2 * 0.02275013194817921, 0, 0.8413447460685429}, within(1e-15));
  }

  @Test
  void reluCutsBelowZero() {
    assertThat(apply(Activation.RELU, -2, 0, 1)).containsExactly(0, 0, 1);
  }
}
