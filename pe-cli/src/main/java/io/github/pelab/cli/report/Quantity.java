package io.github.pelab.cli.report;

import io.github.pelab.claims.Effect;
import io.github.pelab.claims.Statement;
import io.github.pelab.claims.Statement.Kind;
import io.github.pelab.claims.metric.Metrics;
import io.github.pelab.claims.metric.Unit;
import java.math.BigDecimal;
import java.util.Locale;

/**
 * What a statement's number is, and how it is written. Statements of one quantity share an axis.
 *
 * @param name of the metric, or of what is made of two, without options
 */
record Quantity(String name, Kind kind, Unit unit) {
  private static final int MOST_DECIMALS = 6;

  /** A statement's. */
  static Quantity of(Statement statement) {
    String metric = name(statement.metric());
    return switch (statement.kind()) {
      case MEAN -> mean(statement.metric());
      case FRACTION -> new Quantity("fraction of runs", Kind.FRACTION, Unit.PERCENT);
      case CORRELATION -> new Quantity("Spearman’s ρ", Kind.CORRELATION, Unit.NUMBER);
      case DIFFERENCE ->
          new Quantity(
              statement.minus() == null || name(statement.minus()).equals(metric)
                  ? "difference in " + metric
                  : metric + " minus " + name(statement.minus()),
              Kind.DIFFERENCE,
              Metrics.parse(statement.metric()).unit());
    };
  }

  /** The mean of a metric over runs. */
  static Quantity mean(String metric) {
    return new Quantity(name(metric), Kind.MEAN, Metrics.parse(metric).unit());
  }

  /** {@code accuracy} of {@code accuracy(length=32)}. */
  static String name(String metric) {
    return metric.replaceFirst("\\(.*", "");
  }

  /** Whether it is a part of a whole, which few of its kind leave. */
  boolean isPart() {
    return kind == Kind.MEAN && unit == Unit.PERCENT;
  }

  /** A number as it is shown: {@code 2} points for 0.02. */
  double shown(double number) {
    return unit.factor() * number;
  }

  /** What stands behind numbers; empty for nothing. */
  String suffix() {
    return kind == Kind.DIFFERENCE ? unit.ofDifference() : unit.ofLevel();
  }

  /** What an estimate is, above a column of them. */
  String estimates() {
    return switch (kind) {
      case MEAN -> "mean";
      case FRACTION -> "fraction";
      case CORRELATION -> "ρ";
      case DIFFERENCE -> "mean difference";
    };
  }

  /** A threshold with its unit: {@code 2 points}. */
  String threshold(double threshold) {
    BigDecimal shown =
        BigDecimal.valueOf(threshold)
            .multiply(BigDecimal.valueOf(unit.factor()))
            .stripTrailingZeros();
    String text = written(shown.doubleValue(), Math.max(0, shown.scale()), false);
    return threshold == 0 ? text : withUnit(text);
  }

  /**
   * {@code +3.1 [+1.2, +5.0]}: as many decimals as the interval is sure of, and more where one of
   * its ends would be written like the threshold without being it.
   */
  String estimate(Effect effect, double threshold) {
    double lower = effect.interval().lower();
    double upper = effect.interval().upper();
    double half = shown(upper - lower) / 2;
    int decimals = half > 0 ? decimals(half, 1) : decimals(shown(effect.estimate()), 2);
    while (decimals < MOST_DECIMALS
        && (isHidden(lower, threshold, decimals) || isHidden(upper, threshold, decimals))) {
      decimals++;
    }
    return "%s [%s, %s]"
        .formatted(text(effect.estimate(), decimals), text(lower, decimals), text(upper, decimals));
  }

  private boolean isHidden(double end, double threshold, int decimals) {
    return end != threshold && text(end, decimals).equals(text(threshold, decimals));
  }

  /** The same with its unit. */
  String effect(Effect effect, double threshold) {
    return withUnit(estimate(effect, threshold));
  }

  /** One of the numbers that an effect is made of, with its unit. */
  String one(double number) {
    return withUnit(text(number, decimals(shown(number), 2)));
  }

  private String withUnit(String text) {
    return suffix().isEmpty() ? text : text + " " + suffix();
  }

  private String text(double number, int decimals) {
    return written(shown(number), decimals, kind == Kind.DIFFERENCE);
  }

  /** So many that {@code more} digits behind the first stand there. */
  private static int decimals(double shown, int more) {
    if (shown == 0) {
      return 0;
    }
    BigDecimal exact = new BigDecimal(shown);
    int exponent = exact.precision() - exact.scale() - 1;
    return Math.min(MOST_DECIMALS, Math.max(0, more - exponent));
  }

  /** With groups of thousands, and a minus sign that is none for hyphens. */
  static String written(double number, int decimals, boolean signed) {
    String text =
        String.format(Locale.ROOT, "%" + (signed ? "+" : "") + ",." + decimals + "f", number);
    return text.matches("[+-][0.]+") ? text.substring(1) : text.replace('-', '−');
  }
}
