package io.github.pelab.layers.fused;

import java.util.Map;

/** Parameters of a layer as a program has them at hand. */
interface Parameter {
  /** A pass begins: takes the values. */
  void load(Map<String, OffHeap> values);

  /** A backward pass begins: there is no gradient yet. */
  void clear(Map<String, OffHeap> gradients);

  /** It is over: hands out the gradients. */
  void store(Map<String, OffHeap> gradients);
}
