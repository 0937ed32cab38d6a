package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What is lost with a layer's top head alone: δ₁, of runs that have learned.
 *
 * @param layer from 0; −1 for the one in which it is most
 */
record TopDrop(Ablation ablation, int layer) implements Metric {

  @Override
  public Unit unit() {
    return Unit.PERCENT;
  }

  @Override
  public List<Need> needs() {
    return List.of(ablation);
  }

  @Override
  public OptionalDouble of(RunRows run) {
    return layers(run, ablation, layer).mapToDouble(AblationRow.Layer::topDrop).max();
  }

  static Stream<AblationRow.Layer> layers(RunRows run, Ablation ablation, int layer) {
    return ablation
        .rows(run, AblationRow.Layer.class)
        .filter(row -> layer == Ablation.ANY_LAYER || row.layer() == layer)
        .filter(row -> row.topDrop() != null);
  }

  @Override
  public String toString() {
    return ablation
        .in(new Expression("top-drop"))
        .option("layer", layer, Ablation.ANY_LAYER)
        .toString();
  }

  /** Of {@code top-drop}. */
  public static final class Factory implements MetricFactory {
    @Override
    public String name() {
      return "top-drop";
    }

    @Override
    public String description() {
      return "what is lost with the top head of a layer alone, of runs that have learned";
    }

    @Override
    public List<Option> options() {
      return Ablation.optionsAndLayer("-1 for the one in which it is most");
    }

    @Override
    public Metric create(Arguments arguments) {
      return new TopDrop(Ablation.of(arguments), Ablation.layer(arguments));
    }
  }
}
