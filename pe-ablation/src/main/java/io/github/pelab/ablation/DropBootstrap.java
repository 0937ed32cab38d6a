package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Interval;
import io.github.pelab.train.config.DepositRule;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Percentile intervals for the ratios of a {@link DropProfile}, by drawing test examples with
 * replacement. An example is drawn with all its outcomes, the whole model's and every head's, so
 * that the resamples keep how these hang together; δ₂ is the largest of the others in each resample
 * anew, so that its upper bound covers not knowing which head it is.
 *
 * <p>A ratio that a resample leaves undefined (no head loses, or the model is at chance) could have
 * been anything. It counts as the least possible value for the lower bound and as the greatest for
 * the upper one: leaving it out would narrow the interval by just those resamples in which the
 * evidence is weakest. So it can delay a verdict, never bring one about. A bound that thereby
 * becomes infinite makes the whole interval null.
 *
 * <p>Efron (1979), <em>Annals of Statistics</em> 7, 1–26; Davison and Hinkley (1997), ch. 5.
 *
 * @param top of δ₁
 * @param runnerUp of δ₂
 * @param share of δ₁⁺ / Σ δ⁺
 * @param largestShare of the share of whichever head loses most
 */
record DropBootstrap(Interval top, Interval runnerUp, Interval share, Interval largestShare) {

  static DropBootstrap of(HeadOutcomes test, int topHead, double chance, DepositRule rule) {
    int examples = test.baseline().total();
    int heads = test.heads().size();

    // Thousands of examples share a few patterns of right and wrong: draws are counted by pattern,
    // and heads are looked at once per pattern instead of once per draw.
    int[] patternOf = new int[examples];
    Map<BitSet, Integer> patterns = new LinkedHashMap<>();
    for (int example = 0; example < examples; example++) {
      patternOf[example] =
          patterns.computeIfAbsent(pattern(test, example), unseen -> patterns.size());
    }
    int[][] outcomes =
        patterns.keySet().stream().map(p -> outcomes(p, heads)).toArray(int[][]::new);

    int resamples = rule.bootstrapResamples();
    double[] top = new double[resamples];
    double[] runnerUp = new double[resamples];
    double[] share = new double[resamples];
    double[] largestShare = new double[resamples];
    SplittableRandom random = new SplittableRandom(rule.bootstrapSeed());
    int[] drawn = new int[outcomes.length];
    long[] netLosses = new long[heads];
    for (int r = 0; r < resamples; r++) {
      Arrays.fill(drawn, 0);
      for (int draw = 0; draw < examples; draw++) {
        drawn[patternOf[random.nextInt(examples)]]++;
      }
      Arrays.fill(netLosses, 0);
      long correct = 0;
      for (int k = 0; k < drawn.length; k++) {
        correct += (long) drawn[k] * outcomes[k][heads];
        for (int head = 0; head < heads; head++) {
          netLosses[head] += (long) drawn[k] * outcomes[k][head];
        }
      }
      DropProfile profile = DropProfile.of(netLosses, topHead, correct - chance * examples);
      top[r] = profile.top();
      runnerUp[r] = profile.runnerUp();
      share[r] = profile.share();
      largestShare[r] = profile.largestShare();
    }
    int tail = rule.tailResamples();
    double infinity = Double.POSITIVE_INFINITY;
    return new DropBootstrap(
        percentiles(top, tail, -infinity, infinity),
        percentiles(runnerUp, tail, -infinity, infinity),
        percentiles(share, tail, 0, 1),
        percentiles(largestShare, tail, 0, 1));
  }

  /**
   * Bit h is whether the example is right without head h, bit H whether it is in the whole model.
   */
  private static BitSet pattern(HeadOutcomes test, int example) {
    int heads = test.heads().size();
    BitSet pattern = new BitSet(heads + 1);
    for (int head = 0; head < heads; head++) {
      pattern.set(head, test.heads().get(head).isRight(example));
    }
    pattern.set(heads, test.baseline().isRight(example));
    return pattern;
  }

  /**
   * What one example of a pattern adds: to each head's net loss, and last to the number correct.
   */
  private static int[] outcomes(BitSet pattern, int heads) {
    int[] outcomes = new int[heads + 1];
    outcomes[heads] = pattern.get(heads) ? 1 : 0;
    for (int head = 0; head < heads; head++) {
      outcomes[head] = outcomes[heads] - (pattern.get(head) ? 1 : 0);
    }
    return outcomes;
  }

  private static Interval percentiles(double[] values, int tail, double least, double greatest) {
    double lower = sorted(values, least)[tail - 1];
    double upper = sorted(values, greatest)[values.length - tail];
    return Double.isInfinite(lower) || Double.isInfinite(upper) ? null : new Interval(lower, upper);
  }

  private static double[] sorted(double[] values, double undefined) {
    return Arrays.stream(values).map(v -> Double.isNaN(v) ? undefined : v).sorted().toArray();
  }
}
