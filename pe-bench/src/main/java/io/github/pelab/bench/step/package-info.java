/**
 * Whole training steps, ours and others', measured side by side. Each contestant is a process of
 * its own ({@link io.github.pelab.bench.step.Child}); a {@link io.github.pelab.bench.step.Heat}
 * asks them in turn, so that one computes at a time and all meet the same weather.
 */
package io.github.pelab.bench.step;
