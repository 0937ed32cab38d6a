package io.github.pelab.bench.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MedianTest {
  @Test
  void isTheMiddleOneOrTheMeanOfTheMiddleTwo() {
    assertThat(Median.of(List.of(3.0, 100.0, 1.0))).isEqualTo(3);
    assertThat(Median.of(List.of(4.0, 100.0, 1.0, 2.0))).isEqualTo(3);
    assertThat(Median.of(List.of(7.0))).isEqualTo(7);
  }

  @Test
  void ratiosAreTakenRoundByRound() {
    // The second round was disturbed for both: the ratio of medians would be 20/9.
    assertThat(Median.ofRatios(List.of(18.0, 80.0, 20.0), List.of(9.0, 40.0, 5.0))).isEqualTo(2);
  }
}
