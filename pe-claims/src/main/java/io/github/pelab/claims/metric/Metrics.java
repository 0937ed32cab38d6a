package io.github.pelab.claims.metric;

import io.github.pelab.layers.scheme.Catalogue;
import java.util.List;

/** All metrics, by name. */
public final class Metrics {
  private static final Catalogue<MetricFactory, Metric> CATALOGUE =
      new Catalogue<>("metric", MetricFactory.class);

  private Metrics() {}

  /**
   * Reads {@code accuracy(length=32)}.
   *
   * @throws IllegalArgumentException that says what was not understood and what is known instead
   */
  public static Metric parse(String expression) {
    return CATALOGUE.parse(expression, expression);
  }

  /** Their factories. */
  public static List<MetricFactory> all() {
    return CATALOGUE.all();
  }
}
