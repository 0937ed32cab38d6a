package io.github.pelab.ablation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One layer on one split: the whole model, and the model without each head of the layer in turn.
 * All that the validation split has to supply.
 *
 * @param layer counted from 0
 * @param baseline no head ablated
 * @param heads head h alone ablated, at index h
 * @param losses the model's mean cross-entropy in nats with head h alone ablated, at index h; empty
 *     if it is not known
 */
public record HeadOutcomes(
    int layer, Outcomes baseline, List<Outcomes> heads, List<Double> losses) {

  /** Of which losses are not known. */
  public HeadOutcomes(int layer, Outcomes baseline, List<Outcomes> heads) {
    this(layer, baseline, heads, List.of());
  }

  public HeadOutcomes {
    if (layer < 0) {
      throw new IllegalArgumentException("layer: " + layer + "; layers count from 0");
    }
    heads = List.copyOf(heads);
    losses = List.copyOf(losses);
    if (heads.isEmpty()) {
      throw new IllegalArgumentException(
          "heads: layer %d has none; ablate each of its heads in turn".formatted(layer));
    }
    for (int head = 0; head < heads.size(); head++) {
      requirePaired("heads[" + head + "]", baseline, heads.get(head));
    }
    if (!losses.isEmpty() && losses.size() != heads.size()) {
      throw new IllegalArgumentException(
          "losses: layer %d has %d of %d heads; give one for each, or none"
              .formatted(layer, losses.size(), heads.size()));
    }
  }

  /**
   * The heads by drop, largest first; of equal drops the one with the larger loss first, then the
   * lowest index. On the validation split the first of them is the top head, and the first two are
   * the pair to ablate together on the test split.
   */
  public List<Integer> ranking() {
    return IntStream.range(0, heads.size())
        .boxed()
        .sorted(
            // The baseline is common to all: the largest drop leaves the fewest right.
            Comparator.comparingInt((Integer head) -> heads.get(head).correct())
                .thenComparingDouble(head -> losses.isEmpty() ? 0 : -losses.get(head)))
        .toList();
  }

  /** The table of each head, at its index. */
  List<PairedTable> tables() {
    return heads.stream().map(ablated -> PairedTable.of(baseline, ablated)).toList();
  }

  static void requirePaired(String field, Outcomes baseline, Outcomes ablated) {
    if (ablated.total() != baseline.total()) {
      throw new IllegalArgumentException(
          "%s: %d outcomes against the baseline's %d; evaluate both on the same examples"
              .formatted(field, ablated.total(), baseline.total()));
    }
  }
}
