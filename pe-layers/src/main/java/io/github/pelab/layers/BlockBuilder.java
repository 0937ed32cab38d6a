package io.github.pelab.layers;

import io.github.pelab.layers.sublayer.AttentionSettings;
import io.github.pelab.layers.sublayer.BlockSettings;

/**
 * What the builders of layers with whole encoder blocks have in common.
 *
 * @param <T> the builder itself
 */
@SuppressWarnings("unchecked") // T is the builder itself
public abstract class BlockBuilder<T extends BlockBuilder<T>> extends AttentionBuilder<T> {
  BlockSettings block = BlockSettings.DEFAULTS;

  @Override
  AttentionSettings settings() {
    return block.attention();
  }

  @Override
  void settings(AttentionSettings changed) {
    block = block.withAttention(changed);
  }

  /** Width between the two linear maps of the feed-forward part. Default four times the width. */
  public T feedForward(int width) {
    block = block.withFeedForward(width);
    return (T) this;
  }

  /** Probability with which an element is dropped before a residual sum, in training. Default 0. */
  public T residualDropout(double rate) {
    block = block.withDropout(rate);
    return (T) this;
  }
}
