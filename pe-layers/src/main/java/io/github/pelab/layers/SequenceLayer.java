package io.github.pelab.layers;

import io.github.pelab.layers.runtime.GraphDefinedLayer;
import io.github.pelab.layers.sublayer.AttentionSettings;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;

/** A layer from {@code [B, T, D]} to {@code [B, T, D]}: what is said of its input and output. */
abstract class SequenceLayer extends GraphDefinedLayer {
  SequenceLayer(AttentionBuilder<?> builder) {
    super(builder);
  }

  /** For JSON. */
  SequenceLayer() {}

  abstract AttentionSettings settings();

  abstract void settings(AttentionSettings changed);

  /** A width that is still to come from the layer before is no fault yet. */
  final void checkIfComplete() {
    if (settings().width() > 0) {
      settings().checked();
    }
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.recurrent(
        settings().width(), recurrent(inputType).getTimeSeriesLength(), RNNFormat.NWC);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    int width = Math.toIntExact(recurrent(inputType).getSize());
    if (settings().width() == 0) {
      settings(settings().withWidth(width));
      checkIfComplete();
    } else if (settings().width() != width) {
      throw new IllegalArgumentException(
          "%s: width is %d, but the layer before has width %d"
              .formatted(described(), settings().width(), width));
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
}
