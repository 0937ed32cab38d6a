package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Interval;
import io.github.pelab.train.config.DepositRule;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * The examples of a split drawn anew with replacement, again and again, for percentile intervals.
 * An example is drawn with all its outcomes, so that the resamples keep how these hang together.
 *
 * <p>A statistic that a resample leaves undefined could have been anything. It counts as the least
 * possible value for the lower bound and as the greatest for the upper one: leaving it out would
 * narrow the interval by just those resamples in which the evidence is weakest. A bound that
 * thereby becomes infinite makes the whole interval null.
 *
 * <p>Efron (1979), <em>Annals of Statistics</em> 7, 1–26; Davison and Hinkley (1997), ch. 5.
 */
final class Resamples {
  /** {@code [resample][outcome]}: how many drawn examples are right in it. */
  private final int[][] correct;

  private final int tail;

  private Resamples(int[][] correct, int tail) {
    this.correct = correct;
    this.tail = tail;
  }

  /** Draws from {@code outcomes}, which are all of the same examples. */
  static Resamples of(List<Outcomes> outcomes, DepositRule rule) {
    int examples = outcomes.get(0).total();

    // Thousands of examples share a few patterns of right and wrong: draws are counted by pattern,
    // and outcomes are looked at once per pattern instead of once per draw.
    int[] patternOf = new int[examples];
    Map<BitSet, Integer> patterns = new LinkedHashMap<>();
    for (int example = 0; example < examples; example++) {
      BitSet pattern = new BitSet(outcomes.size());
      for (int outcome = 0; outcome < outcomes.size(); outcome++) {
        pattern.set(outcome, outcomes.get(outcome).isRight(example));
      }
      patternOf[example] = patterns.computeIfAbsent(pattern, unseen -> patterns.size());
    }
    int[][] right = patterns.keySet().stream().map(p -> p.stream().toArray()).toArray(int[][]::new);

    SplittableRandom random = new SplittableRandom(rule.bootstrapSeed());
    int[][] correct = new int[rule.bootstrapResamples()][outcomes.size()];
    int[] drawn = new int[right.length];
    for (int[] resample : correct) {
      Arrays.fill(drawn, 0);
      for (int draw = 0; draw < examples; draw++) {
        drawn[patternOf[random.nextInt(examples)]]++;
      }
      for (int pattern = 0; pattern < drawn.length; pattern++) {
        for (int outcome : right[pattern]) {
          resample[outcome] += drawn[pattern];
        }
      }
    }
    return new Resamples(correct, rule.tailResamples());
  }

  /**
   * The interval of a statistic; null where a bound is infinite.
   *
   * @param statistic of how many examples are right in each outcome; NaN where it is undefined
   * @param least its least possible value
   * @param greatest its greatest
   */
  Interval interval(ToDoubleFunction<int[]> statistic, double least, double greatest) {
    double[] values = Arrays.stream(correct).mapToDouble(statistic).toArray();
    double lower = sorted(values, least)[tail - 1];
    double upper = sorted(values, greatest)[values.length - tail];
    return Double.isInfinite(lower) || Double.isInfinite(upper) ? null : new Interval(lower, upper);
  }

  /** The interval of a statistic that may be any number. */
  Interval interval(ToDoubleFunction<int[]> statistic) {
    return interval(statistic, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  private static double[] sorted(double[] values, double undefined) {
    return Arrays.stream(values).map(v -> Double.isNaN(v) ? undefined : v).sorted().toArray();
  }
}
