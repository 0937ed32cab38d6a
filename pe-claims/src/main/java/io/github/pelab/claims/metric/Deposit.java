package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Whether a layer is a deposit: one head carries it. Nothing is said of a run that has not learned.
 *
 * @param layer from 0; −1 for any
 */
record Deposit(Ablation ablation, int layer) implements Metric {
  @Override
  public boolean isYesOrNo() {
    return true;
  }

  @Override
  public List<Need> needs() {
    return List.of(ablation);
  }

  @Override
  public OptionalDouble of(RunRows run) {
    List<AblationRow.Layer> layers = ablation.rows(run, AblationRow.Layer.class).toList();
    if (layers.isEmpty() || layers.get(0).verdict() == Verdict.NOT_LEARNED) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        layers.stream()
                .filter(row -> layer == Ablation.ANY_LAYER || row.layer() == layer)
                .anyMatch(row -> row.verdict() == Verdict.DEPOSIT)
            ? 1
            : 0);
  }

  @Override
  public String toString() {
    return ablation
        .in(new Expression("deposit"))
        .option("layer", layer, Ablation.ANY_LAYER)
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
      return Ablation.optionsAndLayer("-1 for any");
    }

    @Override
    public Metric create(Arguments arguments) {
      return new Deposit(Ablation.of(arguments), Ablation.layer(arguments));
    }
  }
}
