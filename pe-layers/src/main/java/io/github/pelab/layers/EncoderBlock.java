package io.github.pelab.layers;

import io.github.pelab.layers.runtime.LayerDefinition;
import io.github.pelab.layers.sublayer.Alone;
import io.github.pelab.layers.sublayer.AttentionSettings;
import io.github.pelab.layers.sublayer.BlockSettings;

/**
 * A Transformer encoder block as one layer: norm, attention, residual, norm, feed-forward,
 * residual. Legend: B batch, T time, D width.
 *
 * <p>From {@code [B, T, D]} to {@code [B, T, D]} ({@code RNNFormat.NWC}). Mask {@code [B, T]}, 1
 * for a token, 0 for padding: padding is not attended to, and the output is zero there. Any B, and
 * any T up to {@code maxLength}. Formula and source: {@link io.github.pelab.layers.sublayer.Block}.
 *
 * <p>Blocks may be stacked; where a whole model from token numbers to a vector is wanted, {@link
 * EncoderStack} is less to write.
 */
public final class EncoderBlock extends SequenceLayer {
  private BlockSettings block;

  private EncoderBlock(Builder builder) {
    super(builder);
    block = builder.block;
    checkIfComplete();
  }

  /** For JSON. */
  @SuppressWarnings("unused")
  private EncoderBlock() {}

  /** What the block is. */
  public BlockSettings getBlock() {
    return block;
  }

  /** For JSON. */
  public void setBlock(BlockSettings block) {
    this.block = block;
  }

  @Override
  AttentionSettings settings() {
    return block.attention();
  }

  @Override
  void settings(AttentionSettings changed) {
    block = block.withAttention(changed);
  }

  @Override
  protected LayerDefinition definition() {
    return Alone.of(block);
  }

  /** Builds an {@link EncoderBlock}. */
  @SuppressWarnings("unchecked") // DL4J declares <E extends Layer> E build()
  public static final class Builder extends BlockBuilder<Builder> {
    @Override
    public EncoderBlock build() {
      return new EncoderBlock(this);
    }
  }
}
