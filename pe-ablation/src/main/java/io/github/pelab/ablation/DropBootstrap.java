package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Interval;
import io.github.pelab.train.config.DepositRule;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Intervals for the ratios of a {@link DropProfile}, by {@link Resamples} of test examples. δ₂ is
 * the largest of the others in each resample anew, so that its upper bound covers not knowing which
 * head it is. A ratio is undefined where no head loses, or the model is at chance; that can delay a
 * verdict, never bring one about.
 *
 * @param top of δ₁
 * @param runnerUp of δ₂
 * @param share of δ₁⁺ / Σ δ⁺
 * @param largestShare of the share of whichever head loses most
 */
record DropBootstrap(Interval top, Interval runnerUp, Interval share, Interval largestShare) {

  static DropBootstrap of(HeadOutcomes test, int topHead, double chance, DepositRule rule) {
    List<Outcomes> all = Stream.concat(Stream.of(test.baseline()), test.heads().stream()).toList();
    double byChance = chance * test.baseline().total();
    Resamples resamples = Resamples.of(all, rule);
    return new DropBootstrap(
        resamples.interval(of(DropProfile::top, topHead, byChance)),
        resamples.interval(of(DropProfile::runnerUp, topHead, byChance)),
        resamples.interval(of(DropProfile::share, topHead, byChance), 0, 1),
        resamples.interval(of(DropProfile::largestShare, topHead, byChance), 0, 1));
  }

  private static ToDoubleFunction<int[]> of(
      ToDoubleFunction<DropProfile> ratio, int topHead, double byChance) {
    return correct -> {
      long[] netLosses =
          IntStream.range(1, correct.length).mapToLong(i -> correct[0] - correct[i]).toArray();
      return ratio.applyAsDouble(DropProfile.of(netLosses, topHead, correct[0] - byChance));
    };
  }
}
