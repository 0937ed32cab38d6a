package io.github.pelab.ablation;

import java.util.List;

/**
 * Random subspaces of a layer's head outputs removed, one after another, on the test split.
 *
 * @param layer counted from 0
 * @param head the head of which as much is removed
 * @param random one for each subspace
 */
record ControlOutcomes(int layer, int head, List<Outcomes> random) {
  ControlOutcomes {
    random = List.copyOf(random);
  }
}
