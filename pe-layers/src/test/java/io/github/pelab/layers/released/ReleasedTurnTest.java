package io.github.pelab.layers.released;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionTables.Learned;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.Schemes;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is said of the released turn, with its 16 components and 8 frequencies. */
class ReleasedTurnTest {
  private static final int R = 16;
  private static final int PAIRS = R / 2;
  private static final int LENGTH = 100;

  private static PositionTables tables(String scheme) {
    return PositionTables.of(Schemes.parse(scheme), 1, R, R, LENGTH, Learned.NOTHING);
  }

  /** "sin" is s0 s2 s4 s6 c0 c2 c4 c6, "cos" is s1 s3 s5 s7 c1 c3 c5 c7. */
  @Test
  void readsSinesAndCosinesFromEveryOtherEntry() {
    PositionTables tables = tables("turn-released");
    int t = 7;
    for (int p = 0; p < PAIRS; p++) {
      int even = 2 * p % PAIRS;
      double first = t * Math.pow(10_000, -2.0 * even / R);
      double second = t * Math.pow(10_000, -2.0 * (even + 1) / R);
      assertThat(tables.sin()[t * PAIRS + p])
          .isCloseTo(p < PAIRS / 2 ? Math.sin(first) : Math.cos(first), within(1e-15));
      assertThat(tables.cos()[t * PAIRS + p])
          .isCloseTo(p < PAIRS / 2 ? Math.sin(second) : Math.cos(second), within(1e-15));
    }
  }

  @Test
  void doesNotRotate() {
    PositionTables tables = tables("turn-released");
    for (int p = 0; p < PAIRS / 2; p++) {
      assertThat(tables.sin()[p]).isZero();
      assertThat(tables.cos()[p]).isZero();
    }
    double largest = 0;
    for (int at = 0; at < LENGTH * PAIRS; at++) {
      largest = Math.max(largest, Math.hypot(tables.cos()[at], tables.sin()[at]));
    }
    assertThat(largest).isBetween(1.41, Math.sqrt(2));
  }

  /** For a fixed query and key, the logit along a diagonal: constant with a true rotation. */
  @Test
  void itsLogitsAreNoFunctionOfTheLag() {
    assertThat(spreadAlongDiagonals("turn-released")).isGreaterThan(0.3);
    assertThat(spreadAlongDiagonals("rope")).isLessThan(1e-12);
  }

  /** Standard deviation of q·k along diagonals over that of all logits, for one random q and k. */
  private static double spreadAlongDiagonals(String scheme) {
    PositionTables tables = tables(scheme);
    SplittableRandom random = new SplittableRandom(1);
    double[] q = random.doubles(R, -1, 1).toArray();
    double[] k = random.doubles(R, -1, 1).toArray();
    double[][] logits = new double[LENGTH][LENGTH];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < LENGTH; i++) {
      for (int j = 0; j < LENGTH; j++) {
        logits[i][j] = dot(mapped(tables, i, q), mapped(tables, j, k));
        sum += logits[i][j];
        squares += logits[i][j] * logits[i][j];
      }
    }
    int all = LENGTH * LENGTH;
    double within = 0;
    for (int lag = 1 - LENGTH; lag < LENGTH; lag++) {
      double mean = 0;
      int count = LENGTH - Math.abs(lag);
      int from = Math.max(0, lag);
      for (int n = 0; n < count; n++) {
        mean += logits[from + n][from + n - lag] / count;
      }
      for (int n = 0; n < count; n++) {
        within += Math.pow(logits[from + n][from + n - lag] - mean, 2);
      }
    }
    return Math.sqrt(within / (squares - sum * sum / all));
  }

  private static double[] mapped(PositionTables tables, int t, double[] x) {
    double[] y = new double[R];
    for (int p = 0; p < PAIRS; p++) {
      double c = tables.cos()[t * PAIRS + p];
      double s = tables.sin()[t * PAIRS + p];
      y[2 * p] = x[2 * p] * c - x[2 * p + 1] * s;
      y[2 * p + 1] = x[2 * p + 1] * c + x[2 * p] * s;
    }
    return y;
  }

  private static double dot(double[] x, double[] y) {
    double dot = 0;
    for (int i = 0; i < x.length; i++) {
      dot += x[i] * y[i];
    }
    return dot;
  }

  @Test
  void isWrittenAsItIsRead() {
    PositionalScheme scheme = Schemes.parse("turn-released(base=100)");
    assertThat(scheme).hasToString("turn-released(base=100)");
  }
}
