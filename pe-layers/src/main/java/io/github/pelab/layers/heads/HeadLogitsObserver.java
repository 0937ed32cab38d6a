package io.github.pelab.layers.heads;

import java.util.List;

/** Told in every backward pass what heads scored with, and how a loss depends on it. */
@FunctionalInterface
public interface HeadLogitsObserver {
  /**
   * A layer's logits.
   *
   * @param logits by block, sequence and head, in this order; copies
   */
  void differentiated(List<HeadLogits> logits);
}
