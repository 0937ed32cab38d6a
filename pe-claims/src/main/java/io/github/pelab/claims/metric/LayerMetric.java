package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** Makes numbers of what is lost with the heads of a layer, or of any. */
abstract class LayerMetric implements MetricFactory {
  private static final int ANY = -1;

  private final String name;
  private final Unit unit;
  private final String description;
  private final String any;

  /**
   * Of that name.
   *
   * @param any what is meant where no layer is named
   */
  LayerMetric(String name, Unit unit, String description, String any) {
    this.name = name;
    this.unit = unit;
    this.description = description;
    this.any = any;
  }

  /**
   * The number; empty if nothing can be said of this run.
   *
   * @param layer whether a layer, counted from 0, is asked for
   */
  abstract OptionalDouble of(RunRows run, Ablation ablation, IntPredicate layer);

  /** Whether the number is 1 or 0, for yes or no. */
  boolean isYesOrNo() {
    return false;
  }

  /** What was found of the layers that are asked for; none of a run that has not learned. */
  static Stream<AblationRow.Layer> learned(RunRows run, Ablation ablation, IntPredicate layer) {
    return ablation
        .rows(run, AblationRow.Layer.class)
        .filter(row -> layer.test(row.layer()))
        .filter(row -> row.topDrop() != null);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String description() {
    return description;
  }

  @Override
  public final List<Option> options() {
    return Stream.concat(
            Ablation.OPTIONS.stream(),
            Stream.of(new Option("layer", Integer.toString(ANY), "from 0; -1 " + any)))
        .toList();
  }

  @Override
  public final Metric create(Arguments arguments) {
    return new Of(
        this, Ablation.of(arguments), arguments.wholeNumber(ANY, Integer.MAX_VALUE, "layer"));
  }

  private record Of(LayerMetric metric, Ablation ablation, int layer) implements Metric {
    @Override
    public Unit unit() {
      return metric.unit;
    }

    @Override
    public boolean isYesOrNo() {
      return metric.isYesOrNo();
    }

    @Override
    public List<Need> needs() {
      return List.of(ablation);
    }

    @Override
    public OptionalDouble of(RunRows run) {
      return metric.of(run, ablation, each -> layer == ANY || each == layer);
    }

    @Override
    public String toString() {
      return ablation.options(new Expression(metric.name)).option("layer", layer, ANY).toString();
    }
  }
}
