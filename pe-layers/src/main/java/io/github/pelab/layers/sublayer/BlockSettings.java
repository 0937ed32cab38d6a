package io.github.pelab.layers.sublayer;

import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What an encoder block is, apart from its parameters. Dropouts are probabilities with which an
 * element is dropped in training.
 *
 * @param attention of its attention
 * @param feedForward width between the two linear maps of the feed-forward part; 0 for four times
 *     the width
 * @param activation between them
 * @param attentionDropout of the attention's output, before the residual sum
 * @param innerDropout of the activation's output
 * @param outputDropout of the feed-forward part's output, before the residual sum
 */
public record BlockSettings(
    @JsonProperty("attention") AttentionSettings attention,
    @JsonProperty("feedForward") int feedForward,
    @JsonProperty("activation") Activation activation,
    @JsonProperty("attentionDropout") double attentionDropout,
    @JsonProperty("innerDropout") double innerDropout,
    @JsonProperty("outputDropout") double outputDropout) {

  /** A block of which nothing is said. */
  public static final BlockSettings DEFAULTS =
      new BlockSettings(AttentionSettings.DEFAULTS, 0, Activation.RELU, 0, 0, 0);

  public BlockSettings {
    if (feedForward < 0) {
      throw new IllegalArgumentException(
          "feedForward must be at least 1, or 0 for four times the width, found " + feedForward);
    }
    probability("dropout of the attention's output", attentionDropout);
    probability("dropout of the activation", innerDropout);
    probability("dropout of the feed-forward part", outputDropout);
  }

  private static void probability(String what, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          what + " is a probability from 0 to below 1, found " + rate);
    }
  }

  /** Whether training differs from inference. */
  boolean drops() {
    return attention.dropout() + attentionDropout + innerDropout + outputDropout > 0;
  }

  int hidden() {
    return feedForward == 0 ? 4 * attention.width() : feedForward;
  }

  public BlockSettings withAttention(AttentionSettings changed) {
    return new BlockSettings(
        changed, feedForward, activation, attentionDropout, innerDropout, outputDropout);
  }

  public BlockSettings withFeedForward(int changed) {
    return new BlockSettings(
        attention, changed, activation, attentionDropout, innerDropout, outputDropout);
  }

  public BlockSettings withActivation(Activation changed) {
    return new BlockSettings(
        attention, feedForward, changed, attentionDropout, innerDropout, outputDropout);
  }

  public BlockSettings withAttentionDropout(double changed) {
    return new BlockSettings(
        attention, feedForward, activation, changed, innerDropout, outputDropout);
  }

  public BlockSettings withInnerDropout(double changed) {
    return new BlockSettings(
        attention, feedForward, activation, attentionDropout, changed, outputDropout);
  }

  public BlockSettings withOutputDropout(double changed) {
    return new BlockSettings(
        attention, feedForward, activation, attentionDropout, innerDropout, changed);
  }
}
