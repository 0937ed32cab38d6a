package io.github.pelab.bench.step;

import java.util.Arrays;
import java.util.Map;

/** Whether contestants do the same work: from the same weights, the same losses. */
final class Agreement {
  /** The loss before the third step shows gradients and updates, too. */
  static final int STEPS = 3;

  private static final int EXAMPLES = 8;

  /** Relative, of the first loss: one forward pass in single precision. */
  private static final double FORWARD = 1e-4;

  /**
   * Relative, of the later ones: AdamW's first steps have the size of the learning rate, whatever
   * the gradient's, and so magnify its rounding.
   */
  private static final double TRAINED = 2e-3;

  private Agreement() {}

  /** The same model without dropout, on a few examples. */
  static Workload workload(Workload of) {
    return of.dropping(0).ofBatches(Math.min(EXAMPLES, of.batch()), of.shortest(), of.longest(), 1);
  }

  /**
   * Checks contestants' first losses, by their names.
   *
   * @throws IllegalStateException if two differ
   */
  static void check(Map<String, double[]> losses) {
    Map.Entry<String, double[]> first = null;
    for (Map.Entry<String, double[]> each : losses.entrySet()) {
      if (first == null) {
        first = each;
      } else if (!agree(first.getValue(), each.getValue())) {
        throw new IllegalStateException(
            "%s and %s do not compute the same: losses from the same weights on the same batch are %s and %s"
                .formatted(
                    first.getKey(),
                    each.getKey(),
                    Arrays.toString(first.getValue()),
                    Arrays.toString(each.getValue())));
      }
    }
  }

  private static boolean agree(double[] one, double[] other) {
    boolean agree = one.length == other.length;
    for (int i = 0; agree && i < one.length; i++) {
      double tolerance = (i == 0 ? FORWARD : TRAINED) * Math.abs(one[i]);
      agree = Math.abs(one[i] - other[i]) <= tolerance; // false for NaN
    }
    return agree;
  }
}
