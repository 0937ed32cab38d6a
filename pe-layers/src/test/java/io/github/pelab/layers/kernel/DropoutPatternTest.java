package io.github.pelab.layers.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutPatternTest {
  private static final int COLUMNS = 1000;

  /** First outputs of SplitMix64 from seed 0, as its published implementations give them. */
  @Test
  void aRowsKeyIsSplitMix64() {
    DropoutPattern pattern = new DropoutPattern(0, 0.5);
    assertThat(pattern.rowKey(0)).isEqualTo((int) 0xE220A8397B1DCDAFL);
    assertThat(pattern.rowKey(2)).isEqualTo((int) 0x06C45D188009454FL);
    assertThat(new DropoutPattern(0, 0.5).part(1, 0).rowKey(0))
        .isEqualTo((int) 0x6E789E6AA1B965F4L);
  }

  /** An entry is dropped from just above its number on, and not before. */
  @Test
  void anEntrysNumberDecides() {
    for (int column = 0; column < 50; column++) {
      int key = new DropoutPattern(3, 0).rowKey(4);
      double number = (DropoutPattern.number(key, column) - (double) Integer.MIN_VALUE) * 0x1p-32;
      assertThat(new DropoutPattern(3, number).at(4, column)).isPositive();
      assertThat(new DropoutPattern(3, number + 0x1p-32).at(4, column)).isZero();
    }
  }

  /** Within a row and from row to row: each pair is dropped as often as chance has it. */
  @Test
  void neighboursAreIndependent() {
    double rate = 0.3;
    int rows = 1000;
    double[] mask = new DropoutPattern(5, rate).mask(rows, COLUMNS);
    for (int step : new int[] {1, 2, COLUMNS, COLUMNS + 1, COLUMNS - 1}) {
      int both = 0;
      int pairs = mask.length - step;
      for (int e = 0; e < pairs; e++) {
        both += mask[e] == 0 && mask[e + step] == 0 ? 1 : 0;
      }
      double expected = rate * rate;
      assertThat((double) both)
          .as("step %d", step)
          .isCloseTo(pairs * expected, within(5 * Math.sqrt(pairs * expected * (1 - expected))));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void keepsItsFraction(double rate) {
    int n = 1_000_000;
    for (long seed = 0; seed < 3; seed++) {
      double[] mask = mask(n, rate, DropoutPattern.seed(seed));
      long kept = Arrays.stream(mask).filter(value -> value != 0).count();
      // Five standard deviations of a binomial count: once in a million seeds.
      assertThat((double) kept)
          .isCloseTo(n * (1 - rate), within(5 * Math.sqrt(n * rate * (1 - rate))));
      assertThat(Arrays.stream(mask).distinct().sorted().toArray())
          .containsExactly(0, 1 / (1 - rate));
    }
  }

  @Test
  void keepsAllAtRateZero() {
    assertThat(mask(1000, 0, 1)).containsOnly(1);
  }

  /** Masks of two seeds agree as often as independent ones do, also where the seeds are near. */
  @Test
  void distinctSeedsGiveIndependentMasks() {
    int n = 100_000;
    double rate = 0.3;
    double[] first = mask(n, rate, DropoutPattern.seed(1, 0, 0));
    assertThat(mask(n, rate, DropoutPattern.seed(1, 0, 0))).isEqualTo(first);
    double agree = rate * rate + (1 - rate) * (1 - rate);
    for (long[] parts : new long[][] {{2, 0, 0}, {1, 1, 0}, {1, 0, 1}, {0, 1, 0}, {-1, 0, 0}}) {
      double[] other = mask(n, rate, DropoutPattern.seed(parts));
      long agreeing = 0;
      for (int e = 0; e < n; e++) {
        agreeing += first[e] == other[e] ? 1 : 0;
      }
      assertThat((double) agreeing)
          .as(Arrays.toString(parts))
          .isCloseTo(n * agree, within(5 * Math.sqrt(n * agree * (1 - agree))));
    }
  }

  /** A longer sequence does not change the pattern of what it begins with. */
  @Test
  void anEntryIsAFunctionOfItsPlace() {
    DropoutPattern pattern = new DropoutPattern(7, 0.5);
    assertThat(Arrays.copyOf(pattern.mask(3, 1000), 10)).isEqualTo(pattern.mask(1, 10));
    assertThat(pattern.part(2, 0).mask(1, 1000))
        .isEqualTo(Arrays.copyOfRange(pattern.mask(3, 1000), 2000, 3000));
    assertThat(pattern.at(2, 999)).isEqualTo(pattern.mask(3, 1000)[2999]);
  }

  @Test
  void seedsDependOnEachPartAndOnTheirOrder() {
    assertThat(DropoutPattern.seed(1, 2, 3)).isEqualTo(DropoutPattern.seed(1, 2, 3));
    Set<Long> seeds = new HashSet<>();
    int parts = 20;
    for (long a = 0; a < parts; a++) {
      for (long b = 0; b < parts; b++) {
        for (long c = 0; c < parts; c++) {
          seeds.add(DropoutPattern.seed(a, b, c));
        }
      }
    }
    assertThat(seeds).hasSize(parts * parts * parts);
  }

  private static double[] mask(int size, double rate, long seed) {
    return new DropoutPattern(seed, rate).mask(size / COLUMNS, COLUMNS);
  }
}
