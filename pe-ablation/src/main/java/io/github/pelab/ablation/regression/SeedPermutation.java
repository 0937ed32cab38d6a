package io.github.pelab.ablation.regression;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A permutation test of two groups of seeds: if nothing has changed, any split of all seeds into
 * groups of these sizes was as likely as the one found. It assumes nothing of how accuracies are
 * distributed, so it holds for few seeds and for accuracies at 1, where many are equal. The seed is
 * the unit, not the example: trained anew from other roundings, a network differs in more than
 * chance among examples would explain. Seeds that stand in both groups make the test careful, as
 * they are alike.
 *
 * <p>Fisher (1935), <em>The Design of Experiments</em>, §21; with draws, Phipson and Smyth (2010),
 * <em>Statistical Applications in Genetics and Molecular Biology</em> 9, 39.
 */
final class SeedPermutation {
  /** Up to as many splits are all looked at. */
  private static final long MOST_SPLITS = 50_000;

  private static final int DRAWS = 20_000;
  private static final long DRAW_SEED = 1;

  private SeedPermutation() {}

  /** How far two groups are apart, whichever of them is the first. */
  @FunctionalInterface
  interface Distance {
    /** Between the seeds that are {@code first} and the others. */
    double of(boolean[] first);
  }

  /**
   * The probability of a distance as large as that between the first {@code before} seeds and the
   * {@code now} others.
   */
  static double p(int before, int now, Distance distance) {
    boolean[] first = new boolean[before + now];
    Arrays.fill(first, 0, before, true);
    // Sums in another order differ in their last bits.
    double observed = distance.of(first) * (1 - 1e-9) - 1e-12;
    if (splits(before, now) <= MOST_SPLITS) {
      long[] counts = new long[2];
      boolean[] split = new boolean[before + now];
      // In groups of one size every split has its mirror image: the first seed stays where it is.
      split[0] = before == now;
      int fixed = before == now ? 1 : 0;
      enumerate(split, fixed, before - fixed, distance, observed, counts);
      return (double) counts[1] / counts[0];
    }
    SplittableRandom random = new SplittableRandom(DRAW_SEED);
    long asLarge = 1;
    for (int draw = 0; draw < DRAWS; draw++) {
      shuffle(first, random);
      asLarge += distance.of(first) >= observed ? 1 : 0;
    }
    return asLarge / (DRAWS + 1.0);
  }

  private static void enumerate(
      boolean[] first, int at, int left, Distance distance, double observed, long[] counts) {
    if (left == 0) {
      counts[0]++;
      counts[1] += distance.of(first) >= observed ? 1 : 0;
      return;
    }
    for (int i = at; i <= first.length - left; i++) {
      first[i] = true;
      enumerate(first, i + 1, left - 1, distance, observed, counts);
      first[i] = false;
    }
  }

  private static void shuffle(boolean[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      boolean kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }

  /**
   * The smallest p that any seeds could give: of the split at hand alone, and, in groups of one
   * size, of the same with its sides exchanged.
   */
  static double smallest(int before, int now) {
    double splits = splits(before, now);
    return splits > MOST_SPLITS ? 1 / (DRAWS + 1.0) : (before == now ? 2 : 1) / splits;
  }

  /** Binomial coefficient, or more than are looked at. */
  private static long splits(int before, int now) {
    long splits = 1;
    for (int i = 1; i <= before && splits <= MOST_SPLITS; i++) {
      splits = splits * (now + i) / i;
    }
    return splits;
  }
}
