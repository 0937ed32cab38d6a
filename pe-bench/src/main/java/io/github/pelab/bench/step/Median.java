package io.github.pelab.bench.step;

import java.util.List;
import java.util.stream.IntStream;

/** The middle of measurements: one that was disturbed does not move it. */
final class Median {
  private Median() {}

  /**
   * Of an even number the mean of the middle two.
   *
   * @param values at least one
   */
  static double of(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Of values[i] / others[i]: what was measured side by side is compared side by side. */
  static double ofRatios(List<Double> values, List<Double> others) {
    return of(
        IntStream.range(0, values.size())
            .mapToObj(round -> values.get(round) / others.get(round))
            .toList());
  }
}
