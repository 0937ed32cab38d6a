package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.Verdict;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;

/**
 * Whether a layer is called a deposit: one head carries it. Nothing is said of a run that has not
 * learned, or that has no such layer.
 */
public final class Deposit extends LayerMetric {
  /** The metric {@code deposit}. */
  public Deposit() {
    super(
        "deposit",
        Unit.NUMBER,
        "whether a layer is called a deposit, one head carries it; a yes or no, of runs that have learned",
        "for any");
  }

  @Override
  boolean isYesOrNo() {
    return true;
  }

  @Override
  OptionalDouble of(RunRows run, Ablation ablation, IntPredicate layer) {
    List<AblationRow.Layer> layers = ablation.rows(run, AblationRow.Layer.class).toList();
    if (layers.isEmpty() || layers.get(0).verdict() == Verdict.NOT_LEARNED) {
      return OptionalDouble.empty();
    }
    return layers.stream()
        .filter(row -> layer.test(row.layer()))
        .mapToDouble(row -> row.verdict() == Verdict.DEPOSIT ? 1 : 0)
        .max();
  }
}
