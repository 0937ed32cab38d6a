package io.github.pelab.claims;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.pelab.claims.metric.Metric;
import io.github.pelab.claims.metric.Metrics;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Something that runs can confirm or refute: on which side of a threshold a number lies. Written
 * before the runs.
 *
 * <ul>
 *   <li>with {@code of} alone the number is the metric's mean over these runs, or of a metric that
 *       is a yes or no, the fraction of runs with a yes;
 *   <li>with {@code against} it is the mean difference from those runs, pair by pair of one seed;
 *   <li>with {@code minus} it is the mean difference from that metric of the same runs;
 *   <li>with {@code with} it is the rank correlation over runs of the metric with that one.
 * </ul>
 *
 * @param name within its claim
 * @param metric an expression, see {@link Metrics}
 * @param threshold default 0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Statement(
    String name,
    String metric,
    Selection of,
    Selection against,
    String minus,
    String with,
    Side expect,
    Double threshold) {

  /** Of the threshold. */
  public enum Side {
    ABOVE,
    BELOW
  }

  /** What a statement's number is. */
  public enum Kind {
    MEAN,
    FRACTION,
    DIFFERENCE,
    CORRELATION
  }

  public Statement {
    require("name", name, "name the statement");
    require("metric", metric, "write for instance metric: accuracy");
    require("of", of, "say of which runs, for instance of: {model.scheme: rope}");
    require("expect", expect, "write expect: above, or below");
    threshold = threshold == null ? 0 : threshold;
    check(
        Stream.of(against, minus, with).filter(Objects::nonNull).count() <= 1,
        "name",
        name,
        "give one of against, minus and with");
    Metric measured = parsed("metric", metric);
    metric = measured.toString();
    check(
        (against == null && minus == null) || !measured.isYesOrNo(),
        "metric",
        metric,
        "a yes or no has no difference; write a statement of each side");
    minus = minus == null ? null : parsed("minus", minus).toString();
    if (with != null) {
      with = parsed("with", with).toString();
      check(!measured.isYesOrNo(), "metric", metric, "a yes or no has no ranks; choose a number");
      check(threshold == 0, "threshold", threshold, "a correlation is held against 0");
    }
    check(
        !measured.isYesOrNo() || (threshold > 0 && threshold < 1),
        "threshold",
        threshold,
        "choose a fraction of runs, between 0 and 1");
  }

  /** Expressions of all metrics that it asks of a run. */
  public List<String> metrics() {
    return Stream.of(metric, minus, with).filter(Objects::nonNull).toList();
  }

  /** The runs that it compares, or looks at. */
  public List<Selection> selections() {
    return Stream.of(of, against).filter(Objects::nonNull).toList();
  }

  /** What its number is. */
  public Kind kind() {
    if (with != null) {
      return Kind.CORRELATION;
    }
    if (against != null || minus != null) {
      return Kind.DIFFERENCE;
    }
    return Metrics.parse(metric).isYesOrNo() ? Kind.FRACTION : Kind.MEAN;
  }

  /** The metric; the message of what it cannot be begins with the field. */
  static Metric parsed(String field, String expression) {
    try {
      return Metrics.parse(expression);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
    }
  }

  private static void require(String field, Object value, String remedy) {
    if (value == null) {
      throw new IllegalArgumentException(field + ": missing; " + remedy);
    }
  }

  private static void check(boolean holds, String field, Object found, String remedy) {
    if (!holds) {
      throw new IllegalArgumentException("%s: found %s; %s".formatted(field, found, remedy));
    }
  }
}
