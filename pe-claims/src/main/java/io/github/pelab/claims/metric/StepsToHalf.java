package io.github.pelab.claims.metric;

import io.github.pelab.train.spectra.SpectraRow;
import java.util.List;

/**
 * Updates until the loss was first seen below half of what it was before training; all of them, of
 * a run that never came to that.
 */
public final class StepsToHalf extends WatchedMetric {
  /** The metric {@code steps-to-half}. */
  public StepsToHalf() {
    super(
        "steps-to-half", Unit.UPDATES, "updates until half of the first loss is left, as watched");
  }

  @Override
  double of(List<SpectraRow> looks) {
    return looks.stream()
        .filter(row -> row.isBelowHalfOf(looks.get(0)))
        .mapToInt(SpectraRow::step)
        .findFirst()
        .orElse(looks.get(looks.size() - 1).step());
  }
}
