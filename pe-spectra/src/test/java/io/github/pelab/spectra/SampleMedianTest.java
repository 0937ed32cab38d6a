package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleMedianTest {
  private static SampleMedian ofFirst(int n) {
    return SampleMedian.of(IntStream.rangeClosed(1, n).mapToDouble(i -> n + 1 - i).toArray());
  }

  @Test
  void isTheMiddle() {
    assertThat(ofFirst(1).value()).isEqualTo(1);
    assertThat(ofFirst(6).value()).isEqualTo(3.5);
    assertThat(ofFirst(7).value()).isEqualTo(4);
  }

  /**
   * r as in tables of the sign test at 5 %, two-sided: 1 of 6, 2 of 9, 3 of 12, 6 of 20, 18 of 50.
   */
  @Test
  void theIntervalIsBetweenOrderStatistics() {
    assertThat(ofFirst(5).interval()).isNull();
    assertThat(ofFirst(6).interval()).isEqualTo(new Interval(1, 6));
    assertThat(ofFirst(9).interval()).isEqualTo(new Interval(2, 8));
    assertThat(ofFirst(12).interval()).isEqualTo(new Interval(3, 10));
    assertThat(ofFirst(20).interval()).isEqualTo(new Interval(6, 15));
    assertThat(ofFirst(50).interval()).isEqualTo(new Interval(18, 33));
  }

  /** Of 4,000 samples of a skewed distribution 95 % or little more hold its median, log 2. */
  @Test
  void theIntervalHoldsWhatItPromises() {
    Random random = new Random(8);
    int inside = 0;
    for (int sample = 0; sample < 4000; sample++) {
      double[] values =
          IntStream.range(0, 12).mapToDouble(i -> -Math.log(1 - random.nextDouble())).toArray();
      Interval interval = SampleMedian.of(values).interval();
      inside += interval.lower() <= Math.log(2) && Math.log(2) <= interval.upper() ? 1 : 0;
    }
    assertThat(inside).isBetween(3800, 3890);
  }

  /** Of 12 tosses none is tails with 2/4096, one or none with 2 · 13/4096. */
  @Test
  void theSignTestCountsSides() {
    double[] values = new double[14];
    Arrays.fill(values, 0, 12, 3);
    assertThat(SampleMedian.signTestP(values)).isCloseTo(2.0 / 4096, within(1e-15));
    values[5] = -1e-9;
    assertThat(SampleMedian.signTestP(values)).isCloseTo(26.0 / 4096, within(1e-15));
    assertThat(SampleMedian.signTestP(new double[] {1, -1})).isEqualTo(1);
    assertThat(SampleMedian.signTestP(new double[] {0, 0})).isEqualTo(1);
  }

  @Test
  void noValuesAndNotFiniteOnesAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> SampleMedian.of(new double[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleMedian.of(new double[] {1, Double.NaN}))
        .withMessageContaining("values");
  }
}
