package io.github.pelab.layers;

/**
 * What the builders of layers with whole encoder blocks have in common.
 *
 * @param <T> the builder itself
 */
public abstract class BlockBuilder<T extends BlockBuilder<T>> extends AttentionBuilder<T> {
  int feedForward;
  double dropout;

  /** Width between the two linear maps of the feed-forward part. Default four times the width. */
  @SuppressWarnings("unchecked") // T is the builder itself
  public T feedForward(int width) {
    if (width < 1) {
      throw new IllegalArgumentException("feedForward must be at least 1, found " + width);
    }
    feedForward = width;
    return (T) this;
  }

  /** Probability with which an element is dropped before a residual sum, in training. Default 0. */
  @SuppressWarnings("unchecked") // T is the builder itself
  public T residualDropout(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "residualDropout is a probability from 0 to below 1, found " + rate);
    }
    dropout = rate;
    return (T) this;
  }
}
