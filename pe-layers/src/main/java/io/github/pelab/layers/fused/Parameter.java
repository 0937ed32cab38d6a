package io.github.pelab.layers.fused;

import java.util.Map;

/**
 * Parameters of a layer as a lane has them at hand.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
interface Parameter<A> {
  /** A pass begins: takes the values, but for those that {@link Values} has. */
  default void load(Map<String, OffHeap> values) {}

  /** A backward pass begins: there is no gradient yet. */
  void clear(Map<String, A> gradients);

  /** It is over: puts the gradients there, if they are elsewhere. */
  void store(Map<String, A> gradients);
}
