package io.github.pelab.ablation;

import io.github.pelab.layers.heads.HeadIntervention;
import java.util.List;

/**
 * A network with some of its heads changed, in the forward pass of one batch: what is evaluated,
 * whatever evaluates it.
 *
 * @param changes none for the network as it is; of two replacements of one head the later one holds
 */
record Variant(List<Change> changes) {

  /**
   * A head changed.
   *
   * @param layer counts attentions through the whole network, while the intervention's block counts
   *     those of its DL4J layer
   */
  record Change(int layer, HeadIntervention intervention) {}

  Variant {
    changes = List.copyOf(changes);
  }

  /** With heads changed and nothing else. */
  static Variant of(List<Change> changes) {
    return new Variant(changes);
  }
}
