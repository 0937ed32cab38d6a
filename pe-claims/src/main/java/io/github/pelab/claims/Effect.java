package io.github.pelab.claims;

import io.github.pelab.spectra.Interval;
import io.github.pelab.spectra.RankCorrelation;
import java.util.Arrays;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;
import org.apache.commons.statistics.inference.TTest;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.NormalConfidenceInterval;

/**
 * What the numbers of a statement come to.
 *
 * @param values how many it rests on: pairs of runs, or runs
 * @param estimate a mean difference, a mean, a fraction of runs, or Spearman's ρ
 * @param interval of 95 %
 * @param p two-sided, of an estimate at least so far from the threshold if it were the truth
 */
public record Effect(int values, double estimate, Interval interval, double p) {
  private static final double ERROR_RATE = 0.05;

  /** Of the largest number: what differs by less differs by rounding. */
  private static final double ROUNDING = 1e-9;

  /**
   * The mean of differences of pairs, or of values, by Student's t. Values that are all the same
   * have an interval without width, and the p of a sign test: that they are all on one side.
   *
   * @param values two at least
   */
  static Effect ofMean(double[] values, double threshold) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / (values.length - 1);
    double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
    double rounding = ROUNDING * Math.max(largest, Math.abs(threshold));
    if (variance <= rounding * rounding) {
      double p = Math.abs(mean - threshold) <= rounding ? 1 : Math.pow(2, 1 - values.length);
      return new Effect(values.length, mean, new Interval(mean, mean), p);
    }
    var interval =
        NormalConfidenceInterval.MEAN.fromErrorRate(mean, variance, values.length, ERROR_RATE);
    double p =
        TTest.withDefaults()
            .withMu(threshold)
            .with(AlternativeHypothesis.TWO_SIDED)
            .test(values)
            .getPValue();
    return new Effect(
        values.length, mean, new Interval(interval.getLowerBound(), interval.getUpperBound()), p);
  }

  /**
   * A fraction of runs, with Wilson's interval and the exact binomial test.
   *
   * @param runs one at least
   * @param threshold within 0 to 1
   */
  static Effect ofFraction(int hits, int runs, double threshold) {
    var interval = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(runs, hits, ERROR_RATE);
    double p =
        BinomialTest.withDefaults()
            .with(AlternativeHypothesis.TWO_SIDED)
            .test(runs, hits, threshold)
            .getPValue();
    return new Effect(
        runs,
        (double) hits / runs,
        new Interval(interval.getLowerBound(), interval.getUpperBound()),
        p);
  }

  /** Spearman's ρ of two numbers of each run; the threshold is 0. */
  static Effect ofCorrelation(double[] x, double[] y) {
    RankCorrelation found = RankCorrelation.of(x, y);
    return new Effect(found.pairs(), found.rho(), found.interval(), found.p());
  }
}
