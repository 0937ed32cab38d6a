package io.github.pelab.layers.sublayer;

import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What an encoder block is, apart from its parameters.
 *
 * @param attention of its attention
 * @param feedForward width between the two linear maps of the feed-forward part; 0 for four times
 *     the width
 * @param dropout probability with which an element is dropped before a residual sum, in training
 */
public record BlockSettings(
    @JsonProperty("attention") AttentionSettings attention,
    @JsonProperty("feedForward") int feedForward,
    @JsonProperty("dropout") double dropout) {

  /** A block of which nothing is said. */
  public static final BlockSettings DEFAULTS = new BlockSettings(AttentionSettings.DEFAULTS, 0, 0);

  public BlockSettings {
    if (feedForward < 0) {
      throw new IllegalArgumentException(
          "feedForward must be at least 1, or 0 for four times the width, found " + feedForward);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "residual dropout is a probability from 0 to below 1, found " + dropout);
    }
  }

  /** Whether training differs from inference. */
  boolean drops() {
    return dropout > 0 || attention.dropout() > 0;
  }

  int hidden() {
    return feedForward == 0 ? 4 * attention.width() : feedForward;
  }

  public BlockSettings withAttention(AttentionSettings changed) {
    return new BlockSettings(changed, feedForward, dropout);
  }

  public BlockSettings withFeedForward(int changed) {
    return new BlockSettings(attention, changed, dropout);
  }

  public BlockSettings withDropout(double changed) {
    return new BlockSettings(attention, feedForward, changed);
  }
}
