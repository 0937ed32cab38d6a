package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What part of a layer's drops is its top head's, from 0 to 1; of runs that have learned.
 *
 * @param layer from 0; −1 for the one in which a head loses most
 */
record TopShare(Ablation ablation, int layer) implements Metric {

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
    return TopDrop.layers(run, ablation, layer)
        .filter(row -> row.share() != null)
        .max(Comparator.comparingDouble(AblationRow.Layer::topDrop))
        .map(row -> OptionalDouble.of(row.share()))
        .orElse(OptionalDouble.empty());
  }

  @Override
  public String toString() {
    return ablation
        .in(new Expression("top-share"))
        .option("layer", layer, Ablation.ANY_LAYER)
        .toString();
  }

  /** Of {@code top-share}. */
  public static final class Factory implements MetricFactory {
    @Override
    public String name() {
      return "top-share";
    }

    @Override
    public String description() {
      return "the top head's part of what the heads of a layer lose, of runs that have learned";
    }

    @Override
    public List<Option> options() {
      return Ablation.optionsAndLayer("-1 for the one in which a head loses most");
    }

    @Override
    public Metric create(Arguments arguments) {
      return new TopShare(Ablation.of(arguments), Ablation.layer(arguments));
    }
  }
}
