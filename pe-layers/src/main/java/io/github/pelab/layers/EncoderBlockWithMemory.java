package io.github.pelab.layers;

import io.github.pelab.layers.runtime.GraphDefinedVertex;
import io.github.pelab.layers.runtime.LayerDefinition;
import io.github.pelab.layers.sublayer.Alone;
import io.github.pelab.layers.sublayer.AttentionSettings;
import io.github.pelab.layers.sublayer.BlockSettings;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * An {@link EncoderBlock} as a vertex of a {@code ComputationGraph}: its queries are made of the
 * first input, keys and values of the second, the memory, which is taken as it is, without the
 * norm. Legend: B batch, T time, D width.
 *
 * <p>From two times {@code [B, T, D]} ({@code RNNFormat.NWC}) to {@code [B, T, D]}. Each input may
 * have a mask {@code [B, T]}: the memory's padding is not attended to, the output is zero at the
 * first input's. Both have one length, because a lag is between two places of one sequence; for an
 * encoder's output read by a decoder of another length this is not the layer.
 *
 * <pre>
 *   .addVertex("block", new EncoderBlockWithMemory(
 *       new EncoderBlock.Builder().width(32).heads(4).scheme("rope").build()), "x", "embedded")
 * </pre>
 */
public final class EncoderBlockWithMemory extends GraphDefinedVertex {
  private BlockSettings block;

  /** The vertex that does what {@code layer} does, but for its memory. */
  public EncoderBlockWithMemory(EncoderBlock layer) {
    block = layer.getBlock();
    block.attention().checked();
    if (layer.getWeightInit() != null) {
      setWeightInit(layer.getWeightInit());
    }
    setRegularization(layer.getRegularization());
    setRegularizationBias(layer.getRegularizationBias());
    setUpdater(layer.getUpdater());
    setBiasUpdater(layer.getBiasUpdater());
  }

  /** For JSON. */
  @SuppressWarnings("unused")
  private EncoderBlockWithMemory() {}

  /** What the block is. */
  public BlockSettings getBlock() {
    return block;
  }

  /** For JSON. */
  public void setBlock(BlockSettings block) {
    this.block = block;
  }

  @Override
  protected LayerDefinition definition() {
    return Alone.withMemory(block);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... inputs) {
    AttentionSettings attention = block.attention();
    for (InputType input : inputs) {
      if (!(input instanceof InputType.InputTypeRecurrent recurrent
          && recurrent.getFormat() == RNNFormat.NWC
          && recurrent.getSize() == attention.width())) {
        throw new IllegalArgumentException(
            "%s: inputs must be [batch, time, %d], found %s; use InputType.recurrent(%d, time, RNNFormat.NWC)"
                .formatted(described(), attention.width(), input, attention.width()));
      }
    }
    return inputs[0];
  }

  @Override
  public GraphVertex clone() {
    EncoderBlockWithMemory copy = new EncoderBlockWithMemory();
    copy.block = block;
    copy.setWeightInit(getWeightInit());
    copy.setName(getLayerName());
    copy.setRegularization(getRegularization());
    copy.setRegularizationBias(getRegularizationBias());
    copy.setUpdater(getUpdater());
    copy.setBiasUpdater(getBiasUpdater());
    copy.setGradientNormalization(getGradientNormalization());
    copy.setGradientNormalizationThreshold(getGradientNormalizationThreshold());
    copy.setDataType(getDataType());
    return copy;
  }
}
