package io.github.pelab.cli.report;

import io.github.pelab.claims.Finding;
import io.github.pelab.claims.Statement.Kind;
import io.github.pelab.spectra.Interval;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The axis that statements of one quantity share, in numbers as they are shown.
 *
 * @param low the number at its left end
 * @param high the one at its right end
 */
record PlotAxis(double low, double high) {
  private static final int MOST_TICKS = 7;
  private static final double ROOM = 0.08;
  private static final Interval FRACTIONS = new Interval(0, 1);

  /** Wide enough for all that is drawn of the findings. */
  static PlotAxis of(Quantity quantity, List<Finding> findings) {
    if (quantity.kind() == Kind.CORRELATION) {
      return new PlotAxis(-1, 1);
    }
    if (quantity.kind() == Kind.FRACTION) {
      return new PlotAxis(quantity.shown(FRACTIONS.lower()), quantity.shown(FRACTIONS.upper()));
    }
    DoubleSummaryStatistics range = new DoubleSummaryStatistics();
    for (Finding finding : findings) {
      range.accept(quantity.shown(finding.statement().threshold()));
      finding.each().values().forEach(number -> range.accept(quantity.shown(number)));
      if (finding.effect() != null) {
        range.accept(quantity.shown(finding.effect().interval().lower()));
        range.accept(quantity.shown(finding.effect().interval().upper()));
      }
    }
    double width = range.getMax() - range.getMin();
    double room = width > 0 ? ROOM * width : Math.max(1, Math.abs(range.getMax()) / 2);
    double low = range.getMin() - room;
    double high = range.getMax() + room;
    return quantity.isPart()
        ? new PlotAxis(
            Math.max(low, Math.min(range.getMin(), quantity.shown(FRACTIONS.lower()))),
            Math.min(high, Math.max(range.getMax(), quantity.shown(FRACTIONS.upper()))))
        : new PlotAxis(low, high);
  }

  /** Where a number lies, from 0 to 1. */
  double at(double number) {
    return (number - low) / (high - low);
  }

  /** Round numbers, with their texts. */
  List<Map.Entry<Double, String>> ticks() {
    BigDecimal step = step();
    BigDecimal first = BigDecimal.valueOf(low).divide(step, 0, RoundingMode.CEILING).multiply(step);
    List<Map.Entry<Double, String>> ticks = new ArrayList<>();
    for (BigDecimal tick = first; tick.doubleValue() <= high; tick = tick.add(step)) {
      ticks.add(
          Map.entry(
              tick.doubleValue(),
              Quantity.written(tick.doubleValue(), Math.max(0, step.scale()), false)));
    }
    return ticks;
  }

  /** 1, 2, 2.5 or 5, times a power of ten: the smallest that gives few enough. */
  private BigDecimal step() {
    double atLeast = (high - low) / (MOST_TICKS - 1);
    BigDecimal exact = new BigDecimal(atLeast);
    BigDecimal power = BigDecimal.ONE.scaleByPowerOfTen(exact.precision() - exact.scale() - 1);
    return Stream.of("1", "2", "2.5", "5", "10")
        .map(factor -> power.multiply(new BigDecimal(factor)))
        .filter(step -> step.doubleValue() >= atLeast)
        .findFirst()
        .orElseThrow();
  }
}
