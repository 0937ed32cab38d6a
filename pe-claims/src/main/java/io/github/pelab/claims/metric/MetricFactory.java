package io.github.pelab.claims.metric;

import io.github.pelab.layers.scheme.ExpressionFactory;

/** Makes a metric. To be named in {@code META-INF/services}. */
public interface MetricFactory extends ExpressionFactory<Metric> {}
