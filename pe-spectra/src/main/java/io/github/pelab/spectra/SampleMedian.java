package io.github.pelab.spectra;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The middle of a sample, and where the middle of its distribution is, whatever that looks like:
 * the interval of 95 % or little more is from the r-th smallest value to the r-th largest, with the
 * largest r for which fewer than r of n tosses of a fair coin are heads with probability 2.5 % at
 * most.
 *
 * @param values n, how many
 * @param interval null of fewer than {@value #FEWEST_FOR_INTERVAL} values: none is that wide
 */
public record SampleMedian(int values, double value, Interval interval) {
  /** With n values all are on one side of the median with probability 2¹⁻ⁿ. */
  public static final int FEWEST_FOR_INTERVAL = 6;

  private static final double TAIL = 0.025;

  /**
   * Of finite values.
   *
   * @throws IllegalArgumentException if there is none, or one is not finite
   */
  public static SampleMedian of(double[] values) {
    Shape.requireFinite("values", values);
    if (values.length == 0) {
      throw new IllegalArgumentException("values: found none; give one at least");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double middle = sorted[(n - 1) / 2] / 2 + sorted[n / 2] / 2;
    int below = n < FEWEST_FOR_INTERVAL ? 0 : below(n);
    return new SampleMedian(
        n, middle, below == 0 ? null : new Interval(sorted[below - 1], sorted[n - below]));
  }

  /**
   * The two-sided sign test of a median of 0: how likely it is that so few values are on one side
   * of it. Zeros are left out; of none that is not, p is 1.
   */
  public static double signTestP(double[] values) {
    Shape.requireFinite("values", values);
    int above = (int) Arrays.stream(values).filter(value -> value > 0).count();
    int below = (int) Arrays.stream(values).filter(value -> value < 0).count();
    return Math.min(
        1,
        2
            * BinomialDistribution.of(above + below, 0.5)
                .cumulativeProbability(Math.min(above, below)));
  }

  private static int below(int n) {
    BinomialDistribution heads = BinomialDistribution.of(n, 0.5);
    int below = heads.inverseCumulativeProbability(TAIL);
    // That is the fewest heads to reach the probability; it must not be passed.
    return heads.cumulativeProbability(below) <= TAIL ? below + 1 : below;
  }
}
