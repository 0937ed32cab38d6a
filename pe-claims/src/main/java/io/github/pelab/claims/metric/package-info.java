/**
 * Numbers of a run that claims are made about, each a {@link io.github.pelab.claims.metric.Metric}
 * found through {@link java.util.ServiceLoader} by its name. They read a run's rows and measure
 * nothing themselves: what must have been measured is said by {@link
 * io.github.pelab.claims.metric.Need}.
 */
package io.github.pelab.claims.metric;
