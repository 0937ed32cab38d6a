package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.LayerDefinition;

/** A layer that is made of attentions of one kind. */
interface AttentionDefinition extends LayerDefinition {
  /** What each attention is. */
  AttentionSettings settings();

  /** The attention of block {@code index}. */
  Attention attention(int index);

  @Override
  default int heads() {
    return settings().heads();
  }

  @Override
  default int headSize() {
    return settings().headSize();
  }

  @Override
  default String outputWeight(int block) {
    return attention(block).outputWeight();
  }

  @Override
  default String outputBias(int block) {
    return attention(block).outputBias();
  }

  /** Refuses a sequence that is longer than was agreed. */
  default void checkLength(String layer, long length) {
    int maxLength = settings().maxLength();
    if (length > maxLength) {
      throw new IllegalArgumentException(
          "%s: sequence of %d tokens is longer than maxLength %d; raise maxLength or shorten it"
              .formatted(layer, length, maxLength));
    }
    if (length * length > Integer.MAX_VALUE / heads()) {
      throw new IllegalArgumentException(
          "%s: a sequence of %d tokens has more than 2^31 logits in %d heads; shorten it"
              .formatted(layer, length, heads()));
    }
  }
}
