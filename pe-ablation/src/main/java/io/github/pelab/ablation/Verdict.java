package io.github.pelab.ablation;

/**
 * What a layer's ablation shows. {@link LayerJudge} decides by the thresholds of {@link
 * DepositRule}; the first that applies holds.
 */
public enum Verdict {
  /** The model is not half-way from chance to the ceiling: nothing is said. */
  NOT_LEARNED,
  /** Ablating all heads of the layer changes nothing measurable. */
  SILENT,
  /** Ablating all heads matters, ablating any single one does not. */
  REDUNDANT,
  /** One head carries at least half of what the layer's heads lose, and no other comes near. */
  DEPOSIT,
  /** No head carries half. */
  SPREAD,
  /** The evidence decides none of the above. */
  NO_VERDICT
}
