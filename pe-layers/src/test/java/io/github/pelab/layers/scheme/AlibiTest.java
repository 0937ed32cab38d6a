package io.github.pelab.layers.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AlibiTest {
  private static final double ROUNDING = 1e-15;

  private final LagBias bias = new Alibi(Alibi.Slopes.PUBLISHED).lagBias().orElseThrow();

  /** The paper: "for 8 heads ... 1/2, 1/4, ..., 1/256". */
  @Test
  void slopesOfEightHeads() {
    assertThat(slopes(8))
        .containsExactly(
            new double[] {
              1 / 2.0, 1 / 4.0, 1 / 8.0, 1 / 16.0, 1 / 32.0, 1 / 64.0, 1 / 128.0, 1 / 256.0
            },
            within(ROUNDING));
  }

  /** The paper: "for models with 16 heads ... 1/2^0.5, 1/2^1, 1/2^1.5, ..., 1/2^8". */
  @Test
  void slopesOfSixteenHeads() {
    double[] slopes = slopes(16);
    assertThat(slopes[0]).isCloseTo(0.7071067811865476, within(ROUNDING));
    assertThat(slopes[1]).isCloseTo(0.5, within(ROUNDING));
    assertThat(slopes[2]).isCloseTo(0.3535533905932738, within(ROUNDING));
    assertThat(slopes[14]).isCloseTo(0.005524271728019903, within(ROUNDING));
    assertThat(slopes[15]).isCloseTo(0.00390625, within(ROUNDING));
  }

  /**
   * The published get_slopes(12): the 8 slopes of the power of two below, then get_slopes(16)[0::2]
   * up to 12, which are 2^−0.5, 2^−1.5, 2^−2.5, 2^−3.5; by hand, 1/√2 = 0.70710678118654752 halved
   * again and again.
   */
  @Test
  void slopesOfTwelveHeads() {
    assertThat(slopes(12))
        .containsExactly(
            new double[] {
              0.5,
              0.25,
              0.125,
              0.0625,
              0.03125,
              0.015625,
              0.0078125,
              0.00390625,
              0.7071067811865476,
              0.3535533905932738,
              0.1767766952966369,
              0.08838834764831845
            },
            within(ROUNDING));
  }

  @Test
  void slopeOfOneHead() {
    assertThat(slopes(1)).containsExactly(new double[] {1 / 256.0}, within(ROUNDING));
  }

  @Test
  void fallsLinearlyWithTheLagOnBothSides() {
    assertThat(bias.at(2, 8, 0)).isZero();
    assertThat(bias.at(2, 8, 5)).isCloseTo(-5 / 8.0, within(ROUNDING));
    assertThat(bias.at(2, 8, -5)).isCloseTo(-5 / 8.0, within(ROUNDING));
  }

  private double[] slopes(int heads) {
    return IntStream.range(0, heads).mapToDouble(head -> -bias.at(head, heads, 1)).toArray();
  }

  /** exp(−h/16), the released code of arXiv 2505.13027: 1.0 down to 0.392 as its reader notes. */
  @Test
  void releasedSlopes() {
    LagBias released = new Alibi(Alibi.Slopes.RELEASED).lagBias().orElseThrow();
    assertThat(-released.at(0, 16, 1)).isEqualTo(1);
    assertThat(-released.at(15, 16, -1)).isCloseTo(0.3916, within(5e-5));
  }
}
