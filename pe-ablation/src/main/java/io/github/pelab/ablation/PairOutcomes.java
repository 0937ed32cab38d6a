package io.github.pelab.ablation;

/**
 * Two heads ablated together, on the test split.
 *
 * @param layer of the first, counted from 0
 * @param head the first, counted from 0
 * @param otherLayer of the second, not before the first's
 * @param otherHead the second
 * @param both both ablated
 */
record PairOutcomes(int layer, int head, int otherLayer, int otherHead, Outcomes both) {

  PairOutcomes {
    if (layer > otherLayer || (layer == otherLayer && head >= otherHead)) {
      throw new IllegalArgumentException(
          "head %d of layer %d and head %d of layer %d; give the first by layer and head first"
              .formatted(head, layer, otherHead, otherLayer));
    }
  }

  boolean isOf(int inLayer, int one, int other) {
    return layer == inLayer
        && otherLayer == inLayer
        && head == Math.min(one, other)
        && otherHead == Math.max(one, other);
  }
}
