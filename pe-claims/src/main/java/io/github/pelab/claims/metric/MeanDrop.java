package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;

/** Accuracy that is lost with a head, from 0 to 1: the mean over the heads of a layer. */
public final class MeanDrop extends LayerMetric {
  /** The metric {@code mean-drop}. */
  public MeanDrop() {
    super(
        "mean-drop",
        Unit.PERCENT,
        "accuracy lost with a head, the mean over the heads of a layer",
        "for all");
  }

  @Override
  OptionalDouble of(RunRows run, Ablation ablation, IntPredicate layer) {
    return ablation
        .rows(run, AblationRow.Head.class)
        .filter(row -> layer.test(row.layer()))
        .mapToDouble(AblationRow.Head::accuracyDrop)
        .average();
  }
}
