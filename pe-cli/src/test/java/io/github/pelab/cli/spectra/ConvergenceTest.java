package io.github.pelab.cli.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.cli.spectra.Convergence.Outcome;
import io.github.pelab.cli.spectra.SeedCorrelation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
  private static final int SEEDS = 8;
  private static final double[] SCALES = {0.25, 0.5, 1, 2, 4};

  /** The loss at the second of three steps, by the label's scale. */
  @FunctionalInterface
  private interface Learning {
    double of(double scale, Random random);
  }

  /** A head's norm is three times the scale; losses start at 2. */
  private static List<WatchedRun> runs(Learning learning) {
    Random random = new Random(4);
    List<WatchedRun> runs = new ArrayList<>();
    for (double scale : SCALES) {
      for (int seed = 0; seed < SEEDS; seed++) {
        double loss = learning.of(scale, random);
        runs.add(
            Made.scaled(
                "rope",
                scale,
                seed,
                List.of(
                    Made.step(0, 2, scale, scale),
                    Made.step(50, loss, 1, 1),
                    Made.step(100, 0.9 * loss, 1, 1))));
      }
    }
    return runs;
  }

  private static Convergence.Trend trend(List<WatchedRun> runs, Outcome outcome) {
    return Convergence.of(runs).orElseThrow().trends().stream()
        .filter(each -> each.outcome() == outcome)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void smallerNormsThatLearnMoreEasilySupportTheClaim() {
    List<WatchedRun> easier = runs((scale, random) -> 1.05 + 0.1 * Math.log(scale));
    assertThat(trend(easier, Outcome.LOSS_AT_END).rho().value()).isEqualTo(1);
    for (Outcome outcome : Outcome.values()) {
      assertThat(trend(easier, outcome).verdict()).as("%s", outcome).isEqualTo(Verdict.SUPPORTS);
    }
    List<WatchedRun> harder = runs((scale, random) -> 1.05 - 0.1 * Math.log(scale));
    assertThat(trend(harder, Outcome.LOSS_AT_END).verdict()).isEqualTo(Verdict.CONTRADICTS);
    assertThat(trend(harder, Outcome.STEPS_TO_HALF).verdict()).isEqualTo(Verdict.CONTRADICTS);
  }

  @Test
  void chanceIsNoVerdict() {
    List<WatchedRun> runs = runs((scale, random) -> 0.9 + 0.4 * random.nextDouble());
    assertThat(trend(runs, Outcome.LOSS_AT_END).verdict()).isEqualTo(Verdict.NO_VERDICT);
  }

  /** The best norm is neither the least nor the largest: that is in the labels, not in ρ. */
  @Test
  void labelsSayWhatATrendDoesNot() {
    List<WatchedRun> runs = runs((scale, random) -> 0.8 + 0.3 * Math.abs(Math.log(scale)));
    Convergence found = Convergence.of(runs).orElseThrow();
    assertThat(trend(runs, Outcome.LOSS_AT_END).rho().value()).isCloseTo(0, within(1e-12));
    assertThat(found.labels())
        .extracting(label -> label.stepsToHalf().value())
        .containsExactly(100.0, 100.0, 50.0, 100.0, 100.0);
    assertThat(found.labels())
        .extracting(Convergence.Label::neverHalf)
        .containsExactly(SEEDS, 0, 0, 0, SEEDS);
    assertThat(found.labels().get(3).normAtStart().value()).isCloseTo(6, within(1e-12));
    assertThat(found.labels().get(3).lossAtEnd().value())
        .isCloseTo(0.9 * (0.8 + 0.3 * Math.log(2)), within(1e-12));
  }

  /** Seeds differ much more than labels do; ρ is of each seed by itself. */
  @Test
  void labelsAreComparedSeedBySeed() {
    List<WatchedRun> runs = new ArrayList<>();
    for (double scale : SCALES) {
      for (int seed = 0; seed < SEEDS; seed++) {
        runs.add(
            Made.scaled(
                "rope",
                scale,
                seed,
                List.of(Made.step(0, 2, 1, scale), Made.step(50, seed + 0.01 * scale, 1, 1))));
      }
    }
    assertThat(trend(runs, Outcome.LOSS_AT_END).verdict()).isEqualTo(Verdict.SUPPORTS);
  }

  @Test
  void whatCannotBeComparedIsLeftOut() {
    List<WatchedRun> runs = runs((scale, random) -> scale);
    assertThat(Convergence.of(runs.subList(0, SEEDS))).as("one label").isEmpty();
    assertThat(Convergence.of(runs.subList(0, 2 * SEEDS)))
        .get()
        .extracting(Convergence::trends, InstanceOfAssertFactories.LIST)
        .as("two labels")
        .isEmpty();
    assertThat(Convergence.of(runs.stream().filter(run -> run.seed() < 5).toList()))
        .get()
        .extracting(Convergence::trends, InstanceOfAssertFactories.list(Convergence.Trend.class))
        .as("five seeds")
        .allMatch(trend -> trend.verdict() == Verdict.NO_VERDICT);
    assertThat(
            Convergence.of(
                Stream.of("rope", "alibi", "nope")
                    .map(scheme -> Made.run(scheme, 1, runs.get(0).steps()))
                    .toList()))
        .get()
        .extracting(Convergence::trends, InstanceOfAssertFactories.LIST)
        .as("schemes differ in more than their norms")
        .isEmpty();
    List<WatchedRun> unpaired =
        runs.stream()
            .filter(run -> run.seed() != 3 || !run.label().endsWith("logitScale 1.0"))
            .toList();
    assertThat(trend(unpaired, Outcome.LOSS_AT_END).rho().values()).isEqualTo(SEEDS - 1);
  }
}
