package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;

/** What is lost with a layer's top head alone: δ₁, of runs that have learned. */
public final class TopDrop extends LayerMetric {
  /** The metric {@code top-drop}. */
  public TopDrop() {
    super(
        "top-drop",
        Unit.PERCENT,
        "what is lost with the top head of a layer alone, of runs that have learned",
        "for the one in which it is most");
  }

  @Override
  OptionalDouble of(RunRows run, Ablation ablation, IntPredicate layer) {
    return learned(run, ablation, layer).mapToDouble(AblationRow.Layer::topDrop).max();
  }
}
