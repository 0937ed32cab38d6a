package io.github.pelab.claims.metric;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.Verdict;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * What part of a layer's drops is its top head's, from 0 to 1; of runs that have learned. Nothing
 * is said of a layer in which no head loses more than chance would have it: a share of noise is
 * large.
 */
public final class TopShare extends LayerMetric {
  private static final Set<Verdict> NO_HEAD = EnumSet.of(Verdict.SILENT, Verdict.REDUNDANT);

  /** The metric {@code top-share}. */
  public TopShare() {
    super(
        "top-share",
        Unit.PERCENT,
        "the top head's part of what the heads of a layer lose, of runs that have learned",
        "for the one in which a head loses most");
  }

  @Override
  OptionalDouble of(RunRows run, Ablation ablation, IntPredicate layer) {
    return learned(run, ablation, layer)
        .filter(row -> row.share() != null && !NO_HEAD.contains(row.verdict()))
        .max(Comparator.comparingDouble(AblationRow.Layer::topDrop))
        .map(row -> OptionalDouble.of(row.share()))
        .orElse(OptionalDouble.empty());
  }
}
