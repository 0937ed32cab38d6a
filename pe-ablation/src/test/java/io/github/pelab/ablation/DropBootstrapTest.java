package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.AblationRow.Interval;
import io.github.pelab.train.config.DepositRule;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DropBootstrapTest {

  private static final double CHANCE = 0.1;

  private static DepositRule rule(int resamples, long seed) {
    return new DepositRule(0.05, 0.95, 0.5, 4, 0.2, 0.5, 0.5, resamples, seed);
  }

  @Test
  void equalSeedsGiveEqualIntervalsAndOthersDiffer() {
    HeadOutcomes test =
        Planted.heads(0, 500, new double[] {0.3, 0.1, 0.1, 0.05}, true, new SplittableRandom(1));

    DropBootstrap first = DropBootstrap.of(test, 0, CHANCE, rule(2000, 7));

    assertThat(DropBootstrap.of(test, 0, CHANCE, rule(2000, 7))).isEqualTo(first);
    assertThat(DropBootstrap.of(test, 0, CHANCE, rule(2000, 8))).isNotEqualTo(first);
  }

  @Test
  void intervalsAreOrderedAndEncloseThePointEstimates() {
    for (long seed = 0; seed < 20; seed++) {
      HeadOutcomes test =
          Planted.heads(
              0, 400, new double[] {0.3, 0.1, 0.05, 0.05}, true, new SplittableRandom(seed));
      DropBootstrap bounds = DropBootstrap.of(test, 0, CHANCE, rule(400, seed));
      DropProfile point = profile(test, 0);

      assertThat(point.top()).isBetween(bounds.top().lower(), bounds.top().upper());
      assertThat(point.share()).isBetween(bounds.share().lower(), bounds.share().upper());
      assertThat(point.runnerUp()).isLessThan(bounds.runnerUp().upper());
      assertThat(bounds.runnerUp().lower()).isLessThan(bounds.runnerUp().upper());
      assertThat(bounds.share().lower()).isBetween(0.0, bounds.share().upper());
      assertThat(bounds.largestShare().upper()).isBetween(bounds.share().upper(), 1.0);
    }
  }

  /**
   * The truth here is exact: losses are 0.4, 0.16, 0.12 and 0.04 of what is right, so the top share
   * is 0.4 / 0.72, δ₁ is 0.4 · 0.8 / (0.8 − 0.1) and δ₂ 0.16 · 0.8 / 0.7.
   */
  @Test
  void theIntervalsCoverTheTruthAsOftenAsTheySay() {
    double[] losses = {0.4, 0.16, 0.12, 0.04};
    int simulations = 400;
    int share = 0;
    int top = 0;
    int runnerUpAtMost = 0;
    SplittableRandom random = new SplittableRandom(2024);
    for (int s = 0; s < simulations; s++) {
      HeadOutcomes test = Planted.heads(0, 600, losses, false, random);
      DropBootstrap bounds = DropBootstrap.of(test, 0, CHANCE, rule(399, s));
      share += covers(bounds.share(), 0.4 / 0.72);
      top += covers(bounds.top(), 0.32 / 0.7);
      runnerUpAtMost += bounds.runnerUp().upper() >= 0.128 / 0.7 ? 1 : 0;
    }

    assertThat(share / (double) simulations).isBetween(0.91, 0.98);
    assertThat(top / (double) simulations).isBetween(0.91, 0.98);
    // The maximum over the other heads errs upwards, so its upper bound holds more often, not less.
    assertThat(runnerUpAtMost / (double) simulations).isBetween(0.95, 1.0);
  }

  /** Drawing baseline and heads apart would lose the pairing, and with it most of the precision. */
  @Test
  void examplesAreDrawnWithAllTheirOutcomes() {
    Outcomes baseline = alternating(1000, 0);
    // The only head loses exactly what is right: δ₁ (with chance 0) is 1 in every resample.
    HeadOutcomes test = new HeadOutcomes(0, baseline, List.of(new Outcomes(1000, new BitSet())));

    DropBootstrap bounds = DropBootstrap.of(test, 0, 0, rule(200, 1));

    assertThat(bounds.top()).isEqualTo(new Interval(1, 1));
  }

  @Test
  void aResampleWithoutLossesCountsAgainstBothBounds() {
    // One example in fifty is lost: more than a third of the resamples do not draw it.
    HeadOutcomes test =
        new HeadOutcomes(0, alternating(50, 0), List.of(alternating(50, 1), alternating(50, 0)));

    DropBootstrap bounds = DropBootstrap.of(test, 0, CHANCE, rule(1000, 1));

    assertThat(bounds.share()).isEqualTo(new Interval(0, 1));
  }

  @Test
  void aModelThatMayBeAtChanceHasNoBoundedDrop() {
    HeadOutcomes test =
        new HeadOutcomes(0, alternating(20, 0), List.of(alternating(20, 3), alternating(20, 0)));

    // 10 of 20 right with chance 0.45: a tenth of the resamples or more have no more than 9 right.
    DropBootstrap bounds = DropBootstrap.of(test, 0, 0.45, rule(1000, 1));

    assertThat(bounds.top()).isNull();
    assertThat(bounds.runnerUp()).isNull();
  }

  @Test
  void aSingleHeadHasNoRunnerUp() {
    HeadOutcomes test = new HeadOutcomes(0, alternating(100, 0), List.of(alternating(100, 20)));

    DropBootstrap bounds = DropBootstrap.of(test, 0, CHANCE, rule(200, 1));

    assertThat(bounds.runnerUp()).isNull();
    assertThat(bounds.share()).isEqualTo(new Interval(1, 1));
    assertThat(profile(test, 0).runnerUp()).isNaN();
  }

  @Test
  void profilesAreWhatTheFormulasSay() {
    DropProfile profile = DropProfile.of(new long[] {30, -10, 60, 10}, 2, 100);

    assertThat(profile.top()).isEqualTo(0.6);
    assertThat(profile.runnerUp()).isEqualTo(0.3);
    assertThat(profile.share()).isEqualTo(0.6);
    assertThat(profile.effectiveHeads()).isCloseTo(10000.0 / 4600, within(1e-15));
    assertThat(DropProfile.of(new long[] {30, -10, 60, 10}, 1, 100))
        .satisfies(
            wrongTop -> {
              assertThat(wrongTop.share()).isZero();
              assertThat(wrongTop.largestShare()).isEqualTo(0.6);
            });
    assertThat(DropProfile.of(new long[] {5, 5, 5, 5}, 0, 100).effectiveHeads()).isEqualTo(4);
    assertThat(DropProfile.of(new long[] {0, -3}, 0, 100).share()).isNaN();
    assertThat(DropProfile.of(new long[] {5, 3}, 0, 0).top()).isNaN();
  }

  private static DropProfile profile(HeadOutcomes test, int topHead) {
    long[] netLosses = test.tables().stream().mapToLong(PairedTable::netLoss).toArray();
    double margin = test.baseline().correct() - CHANCE * test.baseline().total();
    return DropProfile.of(netLosses, topHead, margin);
  }

  private static int covers(Interval interval, double truth) {
    return interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
  }

  /** Every other example right, but the first so many of these. */
  private static Outcomes alternating(int examples, int lost) {
    BitSet right = new BitSet(examples);
    for (int i = 2 * lost; i < examples; i += 2) {
      right.set(i);
    }
    return new Outcomes(examples, right);
  }
}
