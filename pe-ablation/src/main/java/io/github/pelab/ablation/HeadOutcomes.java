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
 */
public record HeadOutcomes(int layer, Outcomes baseline, List<Outcomes> heads) {

  public HeadOutcomes {
    if (layer < 0) {
      throw new IllegalArgumentException("layer: " + layer + "; layers count from 0");
    }
    heads = List.copyOf(heads);
    if (heads.isEmpty()) {
      throw new IllegalArgumentException(
          "heads: layer %d has none; ablate each of its heads in turn".formatted(layer));
    }
    for (int head = 0; head < heads.size(); head++) {
      requirePaired("heads[" + head + "]", baseline, heads.get(head));
    }
  }

  /**
   * The heads by drop, largest first; of equal drops the lowest index first. On the validation
   * split the first of them is the top head, and the first two are the pair to ablate together on
   * the test split.
   */
  public List<Integer> ranking() {
    return IntStream.range(0, heads.size())
        .boxed()
        // The baseline is common to all: the largest drop leaves the fewest right.
        .sorted(Comparator.comparingInt(head -> heads.get(head).correct()))
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
