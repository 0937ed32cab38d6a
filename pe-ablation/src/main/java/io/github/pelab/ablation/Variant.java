package io.github.pelab.ablation;

import io.github.pelab.layers.heads.HeadIntervention;
import java.util.List;

/**
 * A network with some of its heads changed, in the forward pass of one batch: what is evaluated,
 * whatever evaluates it.
 *
 * @param changes none for the network as it is; of two replacements of one head the later one holds
 * @param latents none but for {@link io.github.pelab.train.config.AblationConfig#latentColumns()}
 */
record Variant(List<Change> changes, List<Latents> latents) {

  /**
   * A head changed.
   *
   * @param layer counts attentions through the whole network, while the intervention's block counts
   *     those of its DL4J layer
   */
  record Change(int layer, HeadIntervention intervention) {}

  /**
   * Components of a layer's latent vectors of which content queries, content keys and values are
   * made as if they were 0, in all heads.
   *
   * @param first the first component
   * @param count how many
   */
  record Latents(int layer, int first, int count) {}

  Variant {
    changes = List.copyOf(changes);
    latents = List.copyOf(latents);
  }

  /** With heads changed and nothing else. */
  static Variant of(List<Change> changes) {
    return new Variant(changes, List.of());
  }
}
