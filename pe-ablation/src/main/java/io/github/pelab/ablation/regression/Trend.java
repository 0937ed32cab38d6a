package io.github.pelab.ablation.regression;

import java.util.SplittableRandom;

/**
 * A creep over nights, by Page's test: the same seeds are looked at in every night, so that what is
 * peculiar to a seed is no evidence. If nothing has changed, a seed's values were as likely in any
 * order of nights. The statistic is the slope of the nights' means over the nights' numbers.
 *
 * <p>Page (1963), <em>JASA</em> 58, 216–230, with values in place of ranks and the null by draws.
 *
 * @param change that the slope makes from the first night to the last
 * @param p two-sided
 */
record Trend(double change, double p) {
  private static final int DRAWS = 4999;
  private static final long DRAW_SEED = 2;

  /** The smallest p that so many nights and seeds could give. */
  static double smallest(int nights, int seeds) {
    double orders = 1;
    for (int i = 2; i <= nights; i++) {
      orders *= i;
    }
    return Math.max(1.0 / (DRAWS + 1), 2 / Math.pow(orders, seeds));
  }

  /**
   * Of values by night and seed.
   *
   * @param values two nights or more, each with the same seeds in the same order
   */
  static Trend of(double[][] values) {
    int nights = values.length;
    double slope = slope(values);
    double observed = Math.abs(slope) * (1 - 1e-9) - 1e-12;
    double[][] shuffled = new double[nights][];
    for (int night = 0; night < nights; night++) {
      shuffled[night] = values[night].clone();
    }
    SplittableRandom random = new SplittableRandom(DRAW_SEED);
    int asLarge = 1;
    for (int draw = 0; draw < DRAWS; draw++) {
      for (int seed = 0; seed < values[0].length; seed++) {
        for (int i = nights - 1; i > 0; i--) {
          int j = random.nextInt(i + 1);
          double kept = shuffled[i][seed];
          shuffled[i][seed] = shuffled[j][seed];
          shuffled[j][seed] = kept;
        }
      }
      asLarge += Math.abs(slope(shuffled)) >= observed ? 1 : 0;
    }
    return new Trend(slope * (nights - 1), asLarge / (DRAWS + 1.0));
  }

  /** Of least squares. */
  private static double slope(double[][] values) {
    double middle = (values.length - 1) / 2.0;
    double products = 0;
    double squares = 0;
    for (int night = 0; night < values.length; night++) {
      double sum = 0;
      for (double value : values[night]) {
        sum += value;
      }
      products += (night - middle) * sum / values[night].length;
      squares += (night - middle) * (night - middle);
    }
    return products / squares;
  }
}
