package io.github.pelab.cli.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.cli.spectra.SeedCorrelation.Outcome;
import io.github.pelab.cli.spectra.SeedCorrelation.Verdict;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeedCorrelationTest {
  private static final int SEEDS = 10;
  private static final int[] STEPS = {0, 50, 100};

  /** What the loss is multiplied with from one step to the next, and the gradient's norm. */
  @FunctionalInterface
  private interface Optimisation {
    double of(double ratio, Random random);
  }

  private static List<WatchedRun> runs(Optimisation optimisation) {
    Random random = new Random(3);
    List<WatchedRun> runs = new ArrayList<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      List<SpectraRow> steps = new ArrayList<>();
      double loss = 2;
      double nature = random.nextDouble();
      for (int step : STEPS) {
        // Everything drifts with time, the same way in all seeds.
        double ratio = 0.5 + 0.1 * nature + 0.001 * step;
        double outcome = optimisation.of(0.5 + 0.1 * nature, random);
        steps.add(Made.step(step, loss, outcome, ratio));
        loss *= outcome;
      }
      runs.add(Made.run("rope", seed, steps));
    }
    return runs;
  }

  private static SeedCorrelation of(List<WatchedRun> runs, Outcome outcome) {
    return SeedCorrelation.of(runs).stream()
        .filter(each -> each.outcome() == outcome && each.norm().equals("spectral"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatGoesTogetherSupportsTheClaimAndTheOppositeContradictsIt() {
    List<WatchedRun> together = runs((ratio, random) -> ratio);
    List<WatchedRun> opposite = runs((ratio, random) -> 1.2 - ratio);
    for (Outcome outcome : List.of(Outcome.GRADIENT_NORM, Outcome.LOSS_LEFT)) {
      SeedCorrelation found = of(together, outcome);
      assertThat(found.verdict()).isEqualTo(Verdict.SUPPORTS);
      assertThat(found.overall().rho()).isCloseTo(1, within(1e-12));
      assertThat(of(opposite, outcome).verdict()).isEqualTo(Verdict.CONTRADICTS);
    }
  }

  /** Time moves ratio and loss alike in every run, and must not be taken for a correlation. */
  @Test
  void whatDriftsTogetherAloneIsNoCorrelation() {
    List<WatchedRun> runs = runs((ratio, random) -> 0.5 + 0.1 * random.nextDouble());
    for (Outcome outcome : List.of(Outcome.GRADIENT_NORM, Outcome.LOSS_LEFT)) {
      assertThat(of(runs, outcome).verdict()).isEqualTo(Verdict.NO_VERDICT);
    }
  }

  /** In the first two steps nothing goes together; then all seeds have learned, and all does. */
  @Test
  void whatGoesTogetherAfterLearningIsDrawnAndDoesNotCount() {
    double[] early = {5, 8, 1, 6, 3, 9, 0, 7, 4, 2};
    List<WatchedRun> runs = new ArrayList<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      List<SpectraRow> steps = new ArrayList<>();
      for (int step = 0; step < 10; step++) {
        double gradient = step < 2 ? early[seed] : seed;
        steps.add(Made.step(step, step < 2 ? 4 : 1, 1 + gradient, 1 + 0.1 * seed));
      }
      runs.add(Made.run("rope", seed, steps));
    }
    SeedCorrelation found = of(runs, Outcome.GRADIENT_NORM);
    assertThat(found.steps())
        .extracting(SeedCorrelation.AtStep::early)
        .containsExactly(true, true, false, false, false, false, false, false, false, false);
    assertThat(found.steps().get(9).correlation().rho()).isCloseTo(1, within(1e-12));
    assertThat(found.overall().rho()).isEqualTo(found.steps().get(0).correlation().rho());
    assertThat(found.verdict()).isEqualTo(Verdict.NO_VERDICT);
  }

  @Test
  void onlyStepsThatAllSeedsHaveAreCompared() {
    List<WatchedRun> runs = runs((ratio, random) -> ratio);
    WatchedRun first = runs.get(0);
    runs.set(
        0,
        Made.run(
            first.label(),
            (int) first.seed(),
            List.of(first.steps().get(0), first.steps().get(2))));
    assertThat(of(runs, Outcome.GRADIENT_NORM).steps())
        .extracting(SeedCorrelation.AtStep::step)
        .containsExactly(0, 100);
  }

  /** ρ = 1 − 6·50/990 = 0.70 of ten seeds: alone its p is 4.1 %. */
  @Test
  void whatWouldBeADiscoveryAloneIsNoneAmongMany() {
    double[] ranks = {5, 1, 2, 3, 4, 0, 6, 7, 8, 9};
    List<WatchedRun> alone = new ArrayList<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      // The same gradient for all: half of the outcomes are left.
      alone.add(
          Made.run(
              "rope",
              seed,
              List.of(
                  Made.step(0, 4, 1, 1 + 0.1 * seed),
                  Made.step(50, 3 + 0.01 * ranks[seed], 1, 2))));
    }
    SeedCorrelation found = of(alone, Outcome.LOSS_LEFT);
    assertThat(found.verdict()).isEqualTo(Verdict.SUPPORTS);
    assertThat(found.adjustedP()).isEqualTo(found.overall().p());
    List<WatchedRun> among = new ArrayList<>(alone);
    for (int label = 0; label < 4; label++) {
      for (WatchedRun run : runs((ratio, random) -> 0.5 + 0.1 * random.nextDouble())) {
        among.add(Made.run("other " + label, (int) run.seed(), run.steps()));
      }
    }
    SeedCorrelation same = of(among, Outcome.LOSS_LEFT);
    assertThat(same.overall()).isEqualTo(found.overall());
    assertThat(same.verdict()).isEqualTo(Verdict.NO_VERDICT);
  }

  @Test
  void theLastStepHasNoLossAfterIt() {
    List<WatchedRun> runs = runs((ratio, random) -> ratio);
    assertThat(of(runs, Outcome.GRADIENT_NORM).steps())
        .extracting(SeedCorrelation.AtStep::step)
        .containsExactly(0, 50, 100);
    assertThat(of(runs, Outcome.LOSS_LEFT).steps())
        .extracting(SeedCorrelation.AtStep::step)
        .containsExactly(0, 50);
  }

  /** Losses are halved later the larger the ratio; runs that never come to that are last. */
  @Test
  void stepsToHalfAreOfTheFirstLoss() {
    List<WatchedRun> runs = new ArrayList<>();
    double[][] losses = {
      {2, 0.9, 0.1}, {2, 0.8, 0.2}, {2, 1.1, 0.9}, {2, 1.2, 0.8}, {2, 1.9, 1.8}, {2, 1.8, 1.7}
    };
    for (int seed = 0; seed < losses.length; seed++) {
      List<SpectraRow> steps = new ArrayList<>();
      for (int at = 0; at < STEPS.length; at++) {
        steps.add(Made.step(STEPS[at], losses[seed][at], 1, 0.5 + seed));
      }
      runs.add(Made.run("rope", seed, steps));
    }
    SeedCorrelation found = of(runs, Outcome.STEPS_TO_HALF);
    assertThat(found.steps().get(0).outcomes())
        .containsExactly(50.0, 50.0, 100.0, 100.0, null, null);
    assertThat(found.verdict()).isEqualTo(Verdict.SUPPORTS);
    assertThat(SeedCorrelation.of(runs))
        .as("the gradient's norm is the same for all")
        .noneMatch(each -> each.outcome() == Outcome.GRADIENT_NORM);
  }

  @Test
  void fewSeedsAndRatiosThatNeverChangeAreLeftOut() {
    List<WatchedRun> runs = runs((ratio, random) -> ratio);
    assertThat(SeedCorrelation.of(runs.subList(0, 4))).isEmpty();
    assertThat(SeedCorrelation.of(runs.subList(0, 5))).isNotEmpty();
    List<WatchedRun> nope = new ArrayList<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      nope.add(Made.run("nope", seed, List.of(Made.step(0, 2 + seed, seed, 1))));
    }
    assertThat(SeedCorrelation.of(nope)).isEmpty();
  }
}
