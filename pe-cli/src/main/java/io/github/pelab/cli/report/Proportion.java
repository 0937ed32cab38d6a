package io.github.pelab.cli.report;

import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/**
 * So many right out of so many, with Wilson's interval.
 *
 * @param accuracy {@code correct / total}
 * @param lower end of the interval of confidence {@link #CONFIDENCE}
 * @param upper the other end
 */
public record Proportion(long correct, long total, double accuracy, double lower, double upper) {

  /** Confidence of every interval that a report computes itself. */
  public static final double CONFIDENCE = 0.95;

  /**
   * Counts with their interval.
   *
   * @param total at least 1
   */
  public static Proportion of(long correct, long total) {
    if (total < 1 || correct < 0 || correct > total) {
      throw new IllegalArgumentException(
          "correct and total must satisfy 0 <= correct <= total and total >= 1, but are "
              + correct
              + " and "
              + total);
    }
    Interval wilson =
        BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(
            Math.toIntExact(total), Math.toIntExact(correct), 1 - CONFIDENCE);
    return new Proportion(
        correct, total, (double) correct / total, wilson.getLowerBound(), wilson.getUpperBound());
  }
}
