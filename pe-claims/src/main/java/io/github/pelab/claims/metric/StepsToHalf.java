package io.github.pelab.claims.metric;

import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Updates until the loss was first seen below half of what it was before training; all of them, of
 * a run that never came to that.
 */
record StepsToHalf() implements Metric {

  @Override
  public Unit unit() {
    return Unit.UPDATES;
  }

  @Override
  public List<Need> needs() {
    return List.of(new Need.Watching());
  }

  @Override
  public OptionalDouble of(RunRows run) {
    List<SpectraRow> steps = run.spectra();
    if (steps.isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        steps.stream()
            .filter(row -> row.isBelowHalfOf(steps.get(0)))
            .mapToInt(SpectraRow::step)
            .findFirst()
            .orElse(steps.get(steps.size() - 1).step()));
  }

  @Override
  public String toString() {
    return "steps-to-half";
  }

  /** Of {@code steps-to-half}. */
  public static final class Factory implements MetricFactory {
    @Override
    public String name() {
      return "steps-to-half";
    }

    @Override
    public String description() {
      return "updates until half of the first loss is left, as watched";
    }

    @Override
    public Metric create(Arguments arguments) {
      return new StepsToHalf();
    }
  }
}
