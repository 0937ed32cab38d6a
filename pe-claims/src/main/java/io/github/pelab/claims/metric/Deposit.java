package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.train.config.AblationConfig;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Whether a layer is a deposit: one head carries it. Nothing is said of a run that has not learned.
 *
 * @param layer from 0; −1 for any
 */
record Deposit(AblationConfig.Mode mode, int layer) implements Metric {
  private static final int ANY = -1;

  @Override
  public boolean isYesOrNo() {
    return true;
  }

  @Override
  public List<Need> needs() {
    return List.of(new Need.Ablation(mode));
  }

  @Override
  public OptionalDouble of(RunRows run) {
    List<AblationRow.Layer> layers = layers(run, mode).toList();
    if (layers.isEmpty() || layers.get(0).verdict() == Verdict.NOT_LEARNED) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        layers.stream()
                .filter(row -> layer == ANY || row.layer() == layer)
                .anyMatch(row -> row.verdict() == Verdict.DEPOSIT)
            ? 1
            : 0);
  }

  static Stream<AblationRow.Layer> layers(RunRows run, AblationConfig.Mode mode) {
    String name = AblationConfig.of(mode).interventionName();
    return run.ablation().stream()
        .filter(AblationRow.Layer.class::isInstance)
        .map(AblationRow.Layer.class::cast)
        .filter(row -> row.intervention().mode().equals(name));
  }

  @Override
  public String toString() {
    return new Expression("deposit")
        .option("mode", mode, AblationConfig.Mode.MEAN)
        .option("layer", layer, ANY)
        .toString();
  }

  /** Of {@code deposit}. */
  public static final class Factory implements MetricFactory {
    @Override
    public String name() {
      return "deposit";
    }

    @Override
    public String description() {
      return "whether one head carries a layer; a yes or no, of runs that have learned";
    }

    @Override
    public List<Option> options() {
      return List.of(
          new Option(
              "mode", "mean", "what takes a head's place: mean, zero, resample or as-released"),
          new Option("layer", "-1", "from 0; -1 for any"));
    }

    @Override
    public Metric create(Arguments arguments) {
      return new Deposit(
          arguments.choice(AblationConfig.Mode.class, "mode"),
          arguments.wholeNumber(ANY, Integer.MAX_VALUE, "layer"));
    }
  }
}
