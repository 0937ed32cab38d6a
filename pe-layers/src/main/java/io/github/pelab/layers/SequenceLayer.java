package io.github.pelab.layers;

import io.github.pelab.layers.runtime.GraphDefinedLayer;
import io.github.pelab.layers.sublayer.AttentionSettings;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer from {@code [B, T, D]} to {@code [B, T, D]}: what is said of its input and output. */
abstract class SequenceLayer extends GraphDefinedLayer {
  private AttentionSettings attention;

  SequenceLayer(AttentionBuilder<?> builder) {
    super(builder);
    attention = builder.settings;
  }

  /** For JSON. */
  SequenceLayer() {}

  /** What the attention is. */
  public AttentionSettings getAttention() {
    return attention;
  }

  /** For JSON. */
  public void setAttention(AttentionSettings attention) {
    this.attention = attention;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.recurrent(
        attention.width(), recurrent(inputType).getTimeSeriesLength(), RNNFormat.NWC);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    int width = Math.toIntExact(recurrent(inputType).getSize());
    if (attention.width() == 0) {
      attention = attention.withWidth(width);
    } else if (attention.width() != width) {
      throw new IllegalArgumentException(
          "%s: width is %d, but the layer before has width %d"
              .formatted(described(), attention.width(), width));
    }
  }

  private InputType.InputTypeRecurrent recurrent(InputType inputType) {
    if (inputType instanceof InputType.InputTypeRecurrent recurrent
        && recurrent.getFormat() == RNNFormat.NWC) {
      return recurrent;
    }
    throw new IllegalArgumentException(
        "%s: input must be [batch, time, width], found %s; use InputType.recurrent(width, time, RNNFormat.NWC)"
            .formatted(described(), inputType));
  }

  @Override
  protected void checkInput(INDArray input) {
    if (input.rank() != 3 || input.size(2) != attention.width()) {
      throw new IllegalArgumentException(
          "%s: input must be [batch, time, %d], found %s"
              .formatted(described(), attention.width(), Arrays.toString(input.shape())));
    }
    Lengths.check(described(), input.size(1), attention.maxLength());
  }

  /** Masks are {@code [B, T]}: DL4J's default takes time to be the last dimension. */
  @Override
  public INDArray onesMaskForInput(INDArray input) {
    return Nd4j.ones(input.dataType(), input.size(0), input.size(1));
  }

  @Override
  protected int outputRank() {
    return 3;
  }

  @Override
  protected int blocks() {
    return 1;
  }

  @Override
  protected int heads() {
    return attention.heads();
  }

  @Override
  protected int headSize() {
    return attention.headSize();
  }
}
