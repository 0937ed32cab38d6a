package io.github.pelab.spectra;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/**
 * Spearman's ρ: how far two quantities, measured on the same things, go up and down together. Ties
 * share their mean rank. The interval of 95 % is Fisher's, on artanh ρ, with the standard error
 * √((1 + ρ²/2) / (n − 3)) of Bonett and Wright (2000), <em>Psychometrika</em> 65(1).
 *
 * @param pairs n, how many things
 * @param rho from −1 to 1
 * @param p two-sided, of a ρ at least so far from 0 where there is no correlation: the share of all
 *     orders of y, of {@value #MOST_ORDERED} pairs or fewer; above, by Student's t of n − 2 degrees
 *     of freedom, √(n − 2) ρ / √(1 − ρ²), and at least that of the two extreme orders, 2 / n!
 */
public record RankCorrelation(int pairs, double rho, Interval interval, double p) {
  /** Below this the interval says nothing. */
  public static final int FEWEST_PAIRS = 5;

  /** Of so many pairs y has at most 40,320 orders. */
  private static final int MOST_ORDERED = 8;

  private static final double Z = NormalDistribution.of(0, 1).inverseSurvivalProbability(0.025);

  /** Orders whose ρ is the same but for rounding are as far from 0. */
  private static final double ROUNDING = 1e-12;

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
        n <= MOST_ORDERED ? exactP(ranks(x), ranks(y), rho) : studentP(n, rho));
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

  private static double exactP(double[] x, double[] y, double rho) {
    int[] counts = new int[2];
    count(x, y.clone(), 0, Math.abs(rho) - ROUNDING, counts);
    return (double) counts[1] / counts[0];
  }

  /** Counts all orders of y from {@code fixed} on, and those with a ρ of {@code least} or more. */
  private static void count(double[] x, double[] y, int fixed, double least, int[] counts) {
    if (fixed == y.length) {
      counts[0]++;
      counts[1] += Math.abs(correlation(x, y)) >= least ? 1 : 0;
    }
    for (int i = fixed; i < y.length; i++) {
      swap(y, fixed, i);
      count(x, y, fixed + 1, least, counts);
      swap(y, fixed, i);
    }
  }

  private static void swap(double[] y, int i, int j) {
    double kept = y[i];
    y[i] = y[j];
    y[j] = kept;
  }

  private static double studentP(int n, double rho) {
    double t = Math.abs(rho) * Math.sqrt((n - 2) / (1 - Math.min(1, rho * rho)));
    double orders = IntStream.rangeClosed(2, n).asDoubleStream().reduce(1, (a, b) -> a * b);
    return Math.max(2 / orders, 2 * TDistribution.of(n - 2).survivalProbability(t));
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
