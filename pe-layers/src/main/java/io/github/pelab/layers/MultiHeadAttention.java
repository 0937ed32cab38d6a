package io.github.pelab.layers;

import io.github.pelab.layers.runtime.LayerDefinition;
import io.github.pelab.layers.sublayer.Alone;
import io.github.pelab.layers.sublayer.AttentionSettings;

/**
 * Multi-head self-attention with a positional scheme, alone: no norm, no residual. Legend: B batch,
 * T time, D width, H heads, K = D/H head size.
 *
 * <p>From {@code [B, T, D]} to {@code [B, T, D]} ({@code RNNFormat.NWC}). Mask {@code [B, T]}, 1
 * for a token, 0 for padding: padding is not attended to, and the output is zero there. Any B, and
 * any T up to {@code maxLength}. Formula and source: {@link
 * io.github.pelab.layers.sublayer.Attention}.
 *
 * <p>Not for a model that nothing else tells of positions and whose scheme is {@code nope}; and not
 * for T in the thousands where it is run by its graph, which holds {@code [B, H, T, T]}: in double
 * precision, on a GPU.
 */
public final class MultiHeadAttention extends SequenceLayer {
  private AttentionSettings attention;

  private MultiHeadAttention(Builder builder) {
    super(builder);
    attention = builder.settings();
    checkIfComplete();
  }

  /** For JSON. */
  @SuppressWarnings("unused")
  private MultiHeadAttention() {}

  /** What the attention is. */
  public AttentionSettings getAttention() {
    return attention;
  }

  /** For JSON. */
  public void setAttention(AttentionSettings attention) {
    this.attention = attention;
  }

  @Override
  AttentionSettings settings() {
    return attention;
  }

  @Override
  void settings(AttentionSettings changed) {
    attention = changed;
  }

  @Override
  protected LayerDefinition definition() {
    return Alone.of(attention);
  }

  /** Builds a {@link MultiHeadAttention}. */
  @SuppressWarnings("unchecked") // DL4J declares <E extends Layer> E build()
  public static final class Builder extends AttentionBuilder<Builder> {
    private AttentionSettings settings = AttentionSettings.DEFAULTS;

    @Override
    AttentionSettings settings() {
      return settings;
    }

    @Override
    void settings(AttentionSettings changed) {
      settings = changed;
    }

    @Override
    public MultiHeadAttention build() {
      return new MultiHeadAttention(this);
    }
  }
}
