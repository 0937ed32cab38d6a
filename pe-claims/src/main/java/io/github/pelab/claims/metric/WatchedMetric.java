package io.github.pelab.claims.metric;

import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.List;
import java.util.OptionalDouble;

/** Makes numbers of what was seen while a run was watched in training. */
abstract class WatchedMetric implements MetricFactory {
  private final String name;
  private final Unit unit;
  private final String description;

  WatchedMetric(String name, Unit unit, String description) {
    this.name = name;
    this.unit = unit;
    this.description = description;
  }

  /**
   * The number.
   *
   * @param looks one at least, in their order
   */
  abstract double of(List<SpectraRow> looks);

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String description() {
    return description;
  }

  @Override
  public final Metric create(Arguments arguments) {
    return new Of(this);
  }

  private record Of(WatchedMetric metric) implements Metric {
    @Override
    public Unit unit() {
      return metric.unit;
    }

    @Override
    public List<Need> needs() {
      return List.of(new Need.Watching());
    }

    @Override
    public OptionalDouble of(RunRows run) {
      return run.spectra().isEmpty()
          ? OptionalDouble.empty()
          : OptionalDouble.of(metric.of(run.spectra()));
    }

    @Override
    public String toString() {
      return metric.name;
    }
  }
}
