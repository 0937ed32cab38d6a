package io.github.pelab.layers;

import io.github.pelab.layers.sublayer.Activation;
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

  /** Between the two linear maps of the feed-forward part. Default ReLU. */
  public T activation(Activation activation) {
    block = block.withActivation(activation);
    return (T) this;
  }

  /** Probability with which an element is dropped before a residual sum, in training. Default 0. */
  public T residualDropout(double rate) {
    block = block.withAttentionDropout(rate).withOutputDropout(rate);
    return (T) this;
  }

  /** The same after the attention alone. */
  public T attentionOutputDropout(double rate) {
    block = block.withAttentionDropout(rate);
    return (T) this;
  }

  /** The same after the feed-forward part alone. */
  public T feedForwardDropout(double rate) {
    block = block.withOutputDropout(rate);
    return (T) this;
  }

  /** The same after the feed-forward part's activation. Default 0. */
  public T innerDropout(double rate) {
    block = block.withInnerDropout(rate);
    return (T) this;
  }
}
