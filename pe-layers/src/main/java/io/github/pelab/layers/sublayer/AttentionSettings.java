package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.Schemes;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What an attention is, apart from its parameters.
 *
 * @param width D; 0 while it is still to be taken from the layer before
 * @param heads H, a divisor of D
 * @param scheme the positional scheme's expression, see {@link Schemes}
 * @param maxLength the longest sequence that is accepted
 * @param causal whether a token attends to itself and to earlier ones only
 * @param dropout probability with which an attention weight is dropped in training
 */
public record AttentionSettings(
    @JsonProperty("width") int width,
    @JsonProperty("heads") int heads,
    @JsonProperty("scheme") String scheme,
    @JsonProperty("maxLength") int maxLength,
    @JsonProperty("causal") boolean causal,
    @JsonProperty("dropout") double dropout) {

  /** Settings of a layer of which nothing is said: one head, no positions, up to 1024 tokens. */
  public static final AttentionSettings DEFAULTS =
      new AttentionSettings(0, 1, "nope", 1024, false, 0);

  public AttentionSettings {
    if (width < 0) {
      throw new IllegalArgumentException("width must be positive, found " + width);
    }
    if (heads < 1) {
      throw new IllegalArgumentException("heads must be at least 1, found " + heads);
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads must divide the width, found %d heads on width %d; the nearest widths are %d and %d"
              .formatted(heads, width, width - width % heads, width - width % heads + heads));
    }
    if (maxLength < 1) {
      throw new IllegalArgumentException("maxLength must be at least 1, found " + maxLength);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout is a probability from 0 to below 1, found " + dropout);
    }
    PositionalScheme parsed = Schemes.parse(scheme);
    if (width > 0) {
      parsed.check(heads, width / heads);
    }
  }

  /** K = D / H. */
  @JsonIgnore
  public int headSize() {
    return width / heads;
  }

  /** The scheme that {@link #scheme()} names. */
  public PositionalScheme positions() {
    return Schemes.parse(scheme);
  }

  public AttentionSettings withWidth(int newWidth) {
    return new AttentionSettings(newWidth, heads, scheme, maxLength, causal, dropout);
  }

  public AttentionSettings withHeads(int newHeads) {
    return new AttentionSettings(width, newHeads, scheme, maxLength, causal, dropout);
  }

  public AttentionSettings withScheme(String newScheme) {
    return new AttentionSettings(width, heads, newScheme, maxLength, causal, dropout);
  }

  public AttentionSettings withMaxLength(int newMaxLength) {
    return new AttentionSettings(width, heads, scheme, newMaxLength, causal, dropout);
  }

  public AttentionSettings withCausal(boolean newCausal) {
    return new AttentionSettings(width, heads, scheme, maxLength, newCausal, dropout);
  }

  public AttentionSettings withDropout(double newDropout) {
    return new AttentionSettings(width, heads, scheme, maxLength, causal, newDropout);
  }
}
