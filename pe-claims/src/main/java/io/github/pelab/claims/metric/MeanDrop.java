package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Accuracy that is lost with a head, in points of 1: the mean over the heads of a layer.
 *
 * @param layer from 0; −1 for all
 */
record MeanDrop(Ablation ablation, int layer) implements Metric {

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
    return ablation
        .rows(run, AblationRow.Head.class)
        .filter(row -> layer == Ablation.ANY_LAYER || row.layer() == layer)
        .mapToDouble(AblationRow.Head::accuracyDrop)
        .average();
  }

  @Override
  public String toString() {
    return ablation
        .in(new Expression("mean-drop"))
        .option("layer", layer, Ablation.ANY_LAYER)
        .toString();
  }

  /** Of {@code mean-drop}. */
  public static final class Factory implements MetricFactory {
    @Override
    public String name() {
      return "mean-drop";
    }

    @Override
    public String description() {
      return "accuracy lost with a head, the mean over the heads of a layer";
    }

    @Override
    public List<Option> options() {
      return Ablation.optionsAndLayer("-1 for all");
    }

    @Override
    public Metric create(Arguments arguments) {
      return new MeanDrop(Ablation.of(arguments), Ablation.layer(arguments));
    }
  }
}
