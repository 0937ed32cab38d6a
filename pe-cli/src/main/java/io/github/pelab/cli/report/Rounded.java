package io.github.pelab.cli.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** Numbers with as many digits as a chart can show, so that a page stays small. */
final class Rounded {
  private Rounded() {}

  static double to(int digits, double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(digits)).doubleValue()
        : value;
  }

  static List<Double> to(int digits, List<Double> values) {
    return values.stream().map(value -> to(digits, value)).toList();
  }
}
