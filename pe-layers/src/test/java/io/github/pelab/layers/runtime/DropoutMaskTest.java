package io.github.pelab.layers.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutMaskTest {
  /** First outputs of SplitMix64 from seed 0, as its published implementations give them. */
  private static final long[] SPLIT_MIX_64 = {
    0xE220A8397B1DCDAFL, 0x6E789E6AA1B965F4L, 0x06C45D188009454FL
  };

  /**
   * Element e is dropped from just above its uniform number on, and not before: that pins all 53
   * bits of the number.
   */
  @Test
  void drawsSplitMix64() {
    for (int e = 0; e < SPLIT_MIX_64.length; e++) {
      double uniform = (SPLIT_MIX_64[e] >>> 11) * 0x1p-53;
      assertThat(mask(e + 1, uniform, 0)[e]).as("element %d", e).isEqualTo(1 / (1 - uniform));
      assertThat(mask(e + 1, Math.nextUp(uniform), 0)[e]).as("element %d", e).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void keepsItsFraction(double rate) {
    int n = 1_000_000;
    for (long seed = 0; seed < 3; seed++) {
      double[] mask = mask(n, rate, DropoutMask.seed(seed));
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
    double[] first = mask(n, rate, DropoutMask.seed(1, 0, 0));
    assertThat(mask(n, rate, DropoutMask.seed(1, 0, 0))).isEqualTo(first);
    double agree = rate * rate + (1 - rate) * (1 - rate);
    for (long[] parts : new long[][] {{2, 0, 0}, {1, 1, 0}, {1, 0, 1}, {0, 1, 0}, {-1, 0, 0}}) {
      double[] other = mask(n, rate, DropoutMask.seed(parts));
      long agreeing = 0;
      for (int e = 0; e < n; e++) {
        agreeing += first[e] == other[e] ? 1 : 0;
      }
      assertThat((double) agreeing)
          .as(Arrays.toString(parts))
          .isCloseTo(n * agree, within(5 * Math.sqrt(n * agree * (1 - agree))));
    }
  }

  /** A longer sequence does not change the mask of what it begins with. */
  @Test
  void anElementIsAFunctionOfItsIndex() {
    assertThat(Arrays.copyOf(mask(1000, 0.5, 7), 10)).isEqualTo(mask(10, 0.5, 7));
  }

  @Test
  void seedsDependOnEachPartAndOnTheirOrder() {
    assertThat(DropoutMask.seed(1, 2, 3)).isEqualTo(DropoutMask.seed(1, 2, 3));
    Set<Long> seeds = new HashSet<>();
    int parts = 20;
    for (long a = 0; a < parts; a++) {
      for (long b = 0; b < parts; b++) {
        for (long c = 0; c < parts; c++) {
          seeds.add(DropoutMask.seed(a, b, c));
        }
      }
    }
    assertThat(seeds).hasSize(parts * parts * parts);
  }

  private static double[] mask(int size, double rate, long seed) {
    double[] mask = new double[size];
    DropoutMask.fill(mask, rate, seed);
    return mask;
  }
}
