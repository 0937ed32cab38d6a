package io.github.pelab.ablation;

import java.util.Optional;

/**
 * One layer on the test split.
 *
 * @param single the whole model, and each head ablated in turn
 * @param allHeads every head of the layer ablated
 * @param topPair the first two heads of the <em>validation</em> split's {@link
 *     HeadOutcomes#ranking()} both ablated, if that was evaluated
 */
public record LayerOutcomes(HeadOutcomes single, Outcomes allHeads, Optional<Outcomes> topPair) {

  public LayerOutcomes {
    HeadOutcomes.requirePaired("allHeads", single.baseline(), allHeads);
    if (topPair.isPresent()) {
      HeadOutcomes.requirePaired("topPair", single.baseline(), topPair.get());
      if (single.heads().size() < 2) {
        throw new IllegalArgumentException(
            "topPair: given, but layer %d has one head; leave it empty".formatted(single.layer()));
      }
    }
  }

  /** The table with every head of the layer ablated. */
  PairedTable allHeadsTable() {
    return PairedTable.of(single.baseline(), allHeads);
  }
}
