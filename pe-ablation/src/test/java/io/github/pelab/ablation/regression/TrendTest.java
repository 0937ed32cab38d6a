package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrendTest {
  /** Nights of seeds that differ among themselves far more than from night to night. */
  private static double[][] nights(int nights, double perNight, double noise, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] values = new double[nights][8];
    for (int night = 0; night < nights; night++) {
      for (int s = 0; s < 8; s++) {
        values[night][s] = 0.5 + s / 20.0 + perNight * night + noise * random.nextDouble();
      }
    }
    return values;
  }

  @Test
  void findsACreepThatIsSmallerThanWhatSeedsDifferBy() {
    Trend trend = Trend.of(nights(8, -0.005, 0.01, 1));
    assertThat(trend.change()).isCloseTo(-0.035, within(0.01));
    assertThat(trend.p()).isEqualTo(Trend.smallest(8, 8));
  }

  @Test
  void findsNothingWhereNothingIs() {
    int trials = 300;
    int found = 0;
    for (int trial = 0; trial < trials; trial++) {
      found += Trend.of(nights(6, 0, 0.02, trial)).p() <= 0.05 ? 1 : 0;
    }
    assertThat(found / (double) trials).isLessThan(0.05 + 3 * Math.sqrt(0.05 * 0.95 / trials));
  }

  @Test
  void equalNightsHaveNone() {
    assertThat(Trend.of(new double[][] {{1, 1}, {1, 1}, {1, 1}})).isEqualTo(new Trend(0, 1));
  }

  @Test
  void smallestIsByOrdersOrByDraws() {
    assertThat(Trend.smallest(3, 1)).isEqualTo(2.0 / 6);
    assertThat(Trend.smallest(4, 8)).isEqualTo(1.0 / 5000);
  }
}
