package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.ablation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the gate promises of false alarms and of real ones, on nights that are drawn. */
@Tag("slow")
class GateSimulationTest {
  private static final int SEEDS = 8;
  private static final int TRAILING = 6;

  /** Five configurations: at chance, three that learn with some luck, one that always does. */
  private static List<Measurement> night(SplittableRandom random, double drop) {
    List<Measurement> all = new ArrayList<>();
    // Of a machine of its own: bits are not compared.
    String machine = "%016x".formatted(random.nextLong());
    for (int configuration = 0; configuration < 5; configuration++) {
      for (int seed = 1; seed <= SEEDS; seed++) {
        double luck = random.nextDouble();
        double accuracy =
            switch (configuration) {
              case 0 -> 0.30 + 0.06 * luck;
              case 1, 2, 3 -> random.nextInt(4) == 0 ? 0.3 + 0.5 * luck : 1 - 0.02 * luck * luck;
              default -> 1 - 0.01 * luck * luck - drop;
            };
        all.add(measurement("c" + configuration, seed, accuracy, machine, random));
      }
    }
    return all;
  }

  private static Measurement measurement(
      String configuration, int seed, double accuracy, String machine, SplittableRandom random) {
    Measurement made = Made.measurement(configuration, seed, accuracy, machine);
    Verdict[] verdicts = Verdict.values();
    List<Measurement.Layer> layers = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      Verdict verdict = accuracy < 0.6 ? Verdict.NOT_LEARNED : verdicts[2 + random.nextInt(4)];
      long right = Math.round(made.correct() * (0.3 + 0.7 * random.nextDouble()));
      layers.add(new Measurement.Layer(verdict, List.of(right, made.correct())));
    }
    return Made.with(
        made,
        made.loss() * Math.exp(0.5 * random.nextDouble()),
        Digest.of("" + random.nextLong()),
        layers);
  }

  private static GateVerdict verdict(SplittableRandom random, double drop) {
    Baseline baseline = Made.baseline(night(random, 0));
    List<Night> history = new ArrayList<>();
    for (int i = 1; i <= TRAILING; i++) {
      history.add(Made.night(i, night(random, 0)));
    }
    return Gate.judge(
            GateRule.defaults(),
            Made.night(TRAILING + 1, night(random, drop)),
            Optional.of(baseline),
            history)
        .night()
        .verdict();
  }

  private static int red(int nights, double drop, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int red = 0;
    for (int night = 0; night < nights; night++) {
      GateVerdict verdict = verdict(random, drop);
      assertThat(verdict).isNotEqualTo(GateVerdict.NO_VERDICT);
      red += verdict == GateVerdict.REGRESSION ? 1 : 0;
    }
    return red;
  }

  @Test
  void nightsOfOneDistributionAreRedNoMoreOftenThanPromised() {
    int nights = 300;
    double level = GateRule.defaults().level();
    assertThat(red(nights, 0, 1))
        .isLessThanOrEqualTo((int) (nights * level + 3 * Math.sqrt(nights * level * (1 - level))));
  }

  @Test
  void aDropOfThreePointsInOneConfigurationIsFound() {
    assertThat(red(40, 0.03, 2)).isGreaterThanOrEqualTo(38);
  }

  @Test
  void aDropThatDoesNotMatterIsNoAlarm() {
    assertThat(red(40, 0.005, 3)).isLessThanOrEqualTo(2);
  }
}
