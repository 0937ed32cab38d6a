package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.train.config.AblationConfig;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/** What part of a layer's drops is its top head's, from 0 to 1; of runs that have learned. */
record TopShare(AblationConfig.Mode mode, int layer) implements Metric {

  @Override
  public List<Need> needs() {
    return List.of(new Need.Ablation(mode));
  }

  @Override
  public OptionalDouble of(RunRows run) {
    return Deposit.layers(run, mode)
        .filter(row -> row.layer() == layer)
        .map(AblationRow.Layer::share)
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .findFirst();
  }

  @Override
  public String toString() {
    return new Expression("top-share")
        .option("mode", mode, AblationConfig.Mode.MEAN)
        .option("layer", layer, 0)
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
      return List.of(
          new Option(
              "mode", "mean", "what takes a head's place: mean, zero, resample or as-released"),
          new Option("layer", "0", "from 0"));
    }

    @Override
    public Metric create(Arguments arguments) {
      return new TopShare(
          arguments.choice(AblationConfig.Mode.class, "mode"),
          arguments.wholeNumber(0, Integer.MAX_VALUE, "layer"));
    }
  }
}
