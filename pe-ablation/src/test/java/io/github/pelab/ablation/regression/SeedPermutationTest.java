package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedPermutationTest {
  private static double p(int before, double... all) {
    double[][] values = Arrays.stream(all).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
    return SeedPermutation.p(before, all.length - before, Distances.ofMeans(values));
  }

  @Test
  void groupsThatDoNotOverlapAreTwoOfAllSplits() {
    assertThat(p(3, 1, 2, 3, 11, 12, 13)).isEqualTo(2.0 / 20);
    assertThat(p(4, 9, 9, 9, 9, 1, 1, 1, 1)).isEqualTo(2.0 / 70);
    assertThat(p(2, 1, 2, 11, 12, 13)).as("groups of other sizes").isEqualTo(1.0 / 10);
  }

  @Test
  void equalSeedsAreNoEvidence() {
    assertThat(p(3, 1, 1, 1, 1, 1, 1)).isEqualTo(1);
    assertThat(p(3, 0.99, 1, 1, 1, 0.99, 1)).isEqualTo(1);
  }

  /** By hand: of 1, 2, 4 and 3, 9, 10 the means differ by 5; of 20 splits six are as far apart. */
  @Test
  void countsSplitsAsFarApart() {
    double[] all = {1, 2, 4, 3, 9, 10};
    int asFar = 0;
    int splits = 0;
    for (int bits = 0; bits < 64; bits++) {
      if (Integer.bitCount(bits) == 3) {
        double sum = 0;
        for (int i = 0; i < 6; i++) {
          sum += (bits >> i & 1) == 1 ? all[i] : -all[i];
        }
        splits++;
        asFar += Math.abs(sum) >= 15 ? 1 : 0;
      }
    }
    assertThat(splits).isEqualTo(20);
    assertThat(p(3, all)).isEqualTo((double) asFar / splits).isLessThan(0.5);
  }

  @Test
  void drawsComeToWhatAllSplitsDo() {
    SplittableRandom random = new SplittableRandom(3);
    double[] many = IntStream.range(0, 24).mapToDouble(i -> random.nextDouble()).toArray();
    double drawn = p(12, many);
    assertThat(drawn).isBetween(0.01, 1.0);
    double[] apart = IntStream.range(0, 24).mapToDouble(i -> i).toArray();
    assertThat(p(12, apart)).isEqualTo(SeedPermutation.smallest(12, 12)).isLessThan(1e-4);
  }

  @Test
  void smallestIsWhatNoSeedsGoBelow() {
    assertThat(SeedPermutation.smallest(3, 3)).isEqualTo(0.1);
    assertThat(SeedPermutation.smallest(8, 8)).isEqualTo(2.0 / 12_870);
    assertThat(SeedPermutation.smallest(2, 3)).isEqualTo(0.1);
    assertThat(SeedPermutation.smallest(1, 1)).isEqualTo(1);
  }

  /** The p of a test that holds is below any level no more often than the level says. */
  @Test
  void holdsItsLevelAlsoAtTheCeiling() {
    SplittableRandom random = new SplittableRandom(1);
    int trials = 2000;
    int below = 0;
    for (int trial = 0; trial < trials; trial++) {
      double[] all =
          IntStream.range(0, 10)
              .mapToDouble(i -> random.nextInt(3) > 0 ? 1 : 1 - random.nextInt(20) / 1000.0)
              .toArray();
      below += p(5, all) <= 0.05 ? 1 : 0;
    }
    assertThat(below / (double) trials).isLessThan(0.05 + 3 * Math.sqrt(0.05 * 0.95 / trials));
  }

  @Test
  void ofSeveralNumbersTheLargestDifferenceCounts() {
    double[][] values = {{1, 5}, {1, 5}, {1, 7}, {2, 7}};
    boolean[] first = {true, true, false, false};
    assertThat(Distances.ofMeans(values).of(first)).isCloseTo(2, within(1e-12));
  }

  @Test
  void verdictsAreAsFarApartAsSeedsWouldHaveToChange() {
    List<List<Verdict>> verdicts =
        List.of(
            List.of(Verdict.DEPOSIT, Verdict.SILENT),
            List.of(Verdict.DEPOSIT, Verdict.SILENT),
            List.of(Verdict.DEPOSIT, Verdict.SILENT),
            List.of(Verdict.SPREAD, Verdict.SILENT));
    assertThat(Distances.ofVerdicts(verdicts).of(new boolean[] {true, true, false, false}))
        .isEqualTo(0.5);
    assertThat(Distances.ofVerdicts(verdicts).of(new boolean[] {true, false, false, false}))
        .isCloseTo(1.0 / 3, within(1e-12));
  }
}
