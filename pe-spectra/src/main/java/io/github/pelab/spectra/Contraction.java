package io.github.pelab.spectra;

import java.util.Arrays;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.NormalConfidenceInterval;

/**
 * Whether a positive quantity shrinks, from pairs of values with and without something: the ratio ρ
 * = with / without of each pair, their geometric mean with a t interval for the mean of log ρ, and
 * the share of pairs with ρ &lt; 1 with Wilson's interval, both of 95 %. Pairs have to be
 * independent of each other: trials, or training seeds, but not heads of one model.
 *
 * <p>The verdict is by a rule that is set before the data are seen, with the margin and the
 * geometric mean's interval:
 *
 * <table>
 * <caption>The first that applies</caption>
 * <tr><td>CONTRACTS</td><td>upper &lt; 1 − margin</td></tr>
 * <tr><td>EXPANDS</td><td>lower &gt; 1 + margin</td></tr>
 * <tr><td>UNCHANGED</td><td>lower ≥ 1 − margin and upper ≤ 1 + margin</td></tr>
 * <tr><td>NO_VERDICT</td><td>otherwise</td></tr>
 * </table>
 *
 * <p>So CONTRACTS is said wrongly in 2.5 % of data at most, and in as many only if the true mean is
 * just 1 − margin (of few pairs: if log ρ is normal). The share has no part in it: half of the
 * pairs may shrink while the mean does not, and the other way round.
 *
 * @param pairs how many
 * @param geometricMean exp of the mean of log ρ
 * @param meanInterval of the geometric mean
 * @param shareBelowOne of pairs with ρ &lt; 1; a pair of equal values is none
 * @param shareInterval of that share
 * @param margin how near to 1 is unchanged
 */
public record Contraction(
    int pairs,
    double geometricMean,
    Interval meanInterval,
    double shareBelowOne,
    Interval shareInterval,
    double margin,
    ContractionVerdict verdict) {

  /** The margin where none is given. */
  public static final double MARGIN = 0.02;

  private static final double ERROR_RATE = 0.05;

  /** {@link #of(double[], double[], double)} with {@link #MARGIN}. */
  public static Contraction of(double[] with, double[] without) {
    return of(with, without, MARGIN);
  }

  /**
   * Compares the values of each pair.
   *
   * @param with above 0
   * @param without above 0, at the same index
   * @param margin from 0 to below 1
   * @throws IllegalArgumentException if there are fewer than 2 pairs, or a value is not positive:
   *     log ρ is then undefined, and leaving the pair out would bias the rest
   */
  public static Contraction of(double[] with, double[] without, double margin) {
    if (with.length != without.length || with.length < 2) {
      throw new IllegalArgumentException(
          "with, without: found %d and %d values; give as many of both, 2 at least"
              .formatted(with.length, without.length));
    }
    if (!(margin >= 0 && margin < 1)) {
      throw new IllegalArgumentException(
          "margin: found %s; give one from 0 to below 1".formatted(margin));
    }
    int pairs = with.length;
    int below = 0;
    double[] logs = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      Shape.requirePositive("with[" + i + "]", with[i]);
      Shape.requirePositive("without[" + i + "]", without[i]);
      below += with[i] < without[i] ? 1 : 0;
      logs[i] = Math.log(with[i]) - Math.log(without[i]);
    }
    Interval meanInterval = geometricInterval(logs);
    var share = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(pairs, below, ERROR_RATE);
    return new Contraction(
        pairs,
        Math.exp(mean(logs)),
        meanInterval,
        (double) below / pairs,
        new Interval(share.getLowerBound(), share.getUpperBound()),
        margin,
        verdict(meanInterval, margin));
  }

  private static ContractionVerdict verdict(Interval mean, double margin) {
    if (mean.upper() < 1 - margin) {
      return ContractionVerdict.CONTRACTS;
    }
    if (mean.lower() > 1 + margin) {
      return ContractionVerdict.EXPANDS;
    }
    return mean.lower() >= 1 - margin && mean.upper() <= 1 + margin
        ? ContractionVerdict.UNCHANGED
        : ContractionVerdict.NO_VERDICT;
  }

  private static Interval geometricInterval(double[] logs) {
    double mean = mean(logs);
    double variance =
        Arrays.stream(logs).map(x -> (x - mean) * (x - mean)).sum() / (logs.length - 1);
    var interval =
        NormalConfidenceInterval.MEAN.fromErrorRate(mean, variance, logs.length, ERROR_RATE);
    return new Interval(Math.exp(interval.getLowerBound()), Math.exp(interval.getUpperBound()));
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }
}
