package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

class WarmupCosineTest {
  private final WarmupCosine schedule = new WarmupCosine(0.8, 4, 12);

  @Test
  void risesLinearlyAndFallsAlongHalfACosine() {
    assertThat(schedule.valueAt(0, 0)).isEqualTo(0.2);
    assertThat(schedule.valueAt(3, 0)).isEqualTo(0.8);
    assertThat(schedule.valueAt(4, 0)).isEqualTo(0.8);
    assertThat(schedule.valueAt(6, 1)).isCloseTo(0.4 * (1 + Math.sqrt(0.5)), within(1e-15));
    assertThat(schedule.valueAt(8, 1)).isCloseTo(0.4, within(1e-15));
    assertThat(schedule.valueAt(12, 2)).isZero();
    assertThat(schedule.valueAt(1000, 2)).isZero();
    assertThat(new WarmupCosine(0.8, 0, 12).valueAt(0, 0)).isEqualTo(0.8);
  }

  @Test
  void jsonRoundTrip() throws Exception {
    String json = JsonMappers.getMapper().writeValueAsString(schedule);
    assertThat(JsonMappers.getMapper().readValue(json, ISchedule.class)).isEqualTo(schedule);
  }

  @Test
  void refusesAWarmupWithoutEnd() {
    assertThatThrownBy(() -> new WarmupCosine(1, 5, 5)).hasMessageContaining("found 5 of 5");
  }
}
