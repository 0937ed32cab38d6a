package io.github.pelab.claims.metric;

import java.util.List;
import java.util.OptionalDouble;

/** A number of a run. Its text is the expression that it is written as. */
public interface Metric {

  /** Whether it is 1 or 0, for yes or no. */
  default boolean isYesOrNo() {
    return false;
  }

  /** What it is written in. */
  default Unit unit() {
    return Unit.NUMBER;
  }

  /** What must have been measured, besides training and its final evaluation. */
  default List<Need> needs() {
    return List.of();
  }

  /** The number; empty if nothing can be said of this run. */
  OptionalDouble of(RunRows run);
}
