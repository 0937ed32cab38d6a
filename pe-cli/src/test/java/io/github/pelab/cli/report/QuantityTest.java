package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.claims.Effect;
import io.github.pelab.claims.Statement.Kind;
import io.github.pelab.claims.metric.Unit;
import io.github.pelab.spectra.Interval;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "DIFFERENCE, PERCENT, 0.1, 0.08, 0.12, 0, '+10.0 [+8.0, +12.0] points'",
    "DIFFERENCE, UPDATES, 79.17, 64.28, 94.06, 0, '+79 [+64, +94] updates'",
    "DIFFERENCE, UPDATES, -10.4, -21.04, 0.203, 0, '−10.4 [−21.0, +0.2] updates'",
    "DIFFERENCE, UPDATES, -10.4, -21.04, 0, 0, '−10 [−21, 0] updates'",
    "DIFFERENCE, EXAMPLES, -4000, -4000, -4000, 0, '−4,000 [−4,000, −4,000] examples'",
    "MEAN, NUMBER, -0.03304, -0.05245, -0.01362, 0, '−0.033 [−0.052, −0.014]'",
    "MEAN, PERCENT, 1, 1, 1, 0.9, '100 [100, 100] %'",
    "MEAN, NUMBER, 0, 0, 0, 0, '0 [0, 0]'",
    "MEAN, NUMBER, 0.00000012, 0.00000011, 0.00000013, 1, '0.000000 [0.000000, 0.000000]'",
    "FRACTION, PERCENT, 0.9167, 0.6461, 0.9851, 0.5, '92 [65, 99] %'"
  })
  void anEffectHasAsManyDecimalsAsItIsSureOf(
      Kind kind,
      Unit unit,
      double estimate,
      double lower,
      double upper,
      double threshold,
      String text) {
    Effect effect = new Effect(12, estimate, new Interval(lower, upper), 0.01);
    assertThat(new Quantity("it", kind, unit).effect(effect, threshold)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "DIFFERENCE, PERCENT, 0.02, 2 points",
    "DIFFERENCE, PERCENT, -0.005, −0.5 points",
    "MEAN, PERCENT, 0.9, 90 %",
    "MEAN, EXAMPLES, 12000, '12,000 examples'",
    "DIFFERENCE, PERCENT, 0, 0",
    "MEAN, NUMBER, 0.1, 0.1"
  })
  void aThresholdIsWrittenOut(Kind kind, Unit unit, double threshold, String text) {
    assertThat(new Quantity("it", kind, unit).threshold(threshold)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, '0.0 0.2 0.4 0.6 0.8 1.0'",
    "-31, 27, '−30 −20 −10 0 10 20'",
    "-4321, 9000, '−2,500 0 2,500 5,000 7,500'",
    "0, 1.2, '0.0 0.2 0.4 0.6 0.8 1.0 1.2'",
    "0.0301, 0.0309, '0.0302 0.0304 0.0306 0.0308'",
    "99.9, 100.1, '99.90 99.95 100.00 100.05 100.10'"
  })
  void ticksAreRoundNumbersWithin(double low, double high, String texts) {
    assertThat(new PlotAxis(low, high).ticks())
        .extracting(Map.Entry::getValue)
        .isEqualTo(List.of(texts.split(" ", -1)));
  }

  @Test
  void anAxisOfNothingIsAroundItsThreshold() {
    var silent = MadeLedger.entry().findings().get(6);
    PlotAxis axis = PlotAxis.of(Quantity.of(silent.statement()), List.of(silent));
    assertThat(axis.low()).isLessThan(10);
    assertThat(axis.high()).isGreaterThan(10);
  }
}
