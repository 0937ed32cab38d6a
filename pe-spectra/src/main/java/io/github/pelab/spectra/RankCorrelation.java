package io.github.pelab.spectra;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/**
 * Spearman's ρ: how far two quantities, measured on the same things, go up and down together. Ties
 * share their mean rank. The interval of 95 % is Fisher's, on artanh ρ, with the standard error
 * √((1 + ρ²/2) / (n − 3)) of Bonett and Wright (2000), <em>Psychometrika</em> 65(1).
 *
 * @param pairs n, how many things
 * @param rho from −1 to 1
 * @param p of a ρ at least so far from 0 where there is no correlation, by the same statistic
 */
public record RankCorrelation(int pairs, double rho, Interval interval, double p) {
  /** Below this the interval says nothing. */
  public static final int FEWEST_PAIRS = 5;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final double Z = NORMAL.inverseSurvivalProbability(0.025);

  /**
   * Of the values at the same index.
   *
   * @throws IllegalArgumentException if there are fewer than {@value #FEWEST_PAIRS}, one is not
   *     finite, or all of x or of y are equal: then there is no ρ
   */
  public static RankCorrelation of(double[] x, double[] y) {
    if (x.length != y.length || x.length < FEWEST_PAIRS) {
      throw new IllegalArgumentException(
          "x, y: found %d and %d values; give as many of both, %d at least"
              .formatted(x.length, y.length, FEWEST_PAIRS));
    }
    double rho = rho(x, y);
    int n = x.length;
    // Of the ranks that agree wholly Fisher's interval has no width; that of one exchange has.
    double most = 1 - 12.0 / ((double) n * (n * n - 1));
    double within = Math.max(-most, Math.min(most, rho));
    double z = Math.log((1 + within) / (1 - within)) / 2;
    double error = Math.sqrt((1 + within * within / 2) / (n - 3));
    double width = Z * error;
    return new RankCorrelation(
        n,
        rho,
        new Interval(Math.min(rho, Math.tanh(z - width)), Math.max(rho, Math.tanh(z + width))),
        2 * NORMAL.survivalProbability(Math.abs(z) / error));
  }

  /**
   * ρ alone, of as many values of both.
   *
   * @throws IllegalArgumentException if a value is not finite, or all of x or of y are equal
   */
  public static double rho(double[] x, double[] y) {
    return correlation(ranks("x", x), ranks("y", y));
  }

  /** Of finite values, from 1; ties share the mean of theirs. */
  public static double[] ranks(double[] values) {
    Shape.requireFinite("values", values);
    return new NaturalRanking(TiesStrategy.AVERAGE).apply(values);
  }

  private static double[] ranks(String name, double[] values) {
    Shape.requireFinite(name, values);
    double[] ranks = ranks(values);
    if (Arrays.stream(ranks).allMatch(rank -> rank == ranks[0])) {
      throw new IllegalArgumentException(
          "%s: all %d values are equal; there is no correlation with what does not change"
              .formatted(name, values.length));
    }
    return ranks;
  }

  private static double correlation(double[] x, double[] y) {
    double middle = (x.length + 1) / 2.0;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - middle) * (y[i] - middle);
      xx += (x[i] - middle) * (x[i] - middle);
      yy += (y[i] - middle) * (y[i] - middle);
    }
    return xy / Math.sqrt(xx * yy);
  }
}
