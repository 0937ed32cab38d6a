package io.github.pelab.layers.fused;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sequences {@code [B, T, D]}. */
final class SequenceInput implements Input {
  private final DataType type;
  private OffHeap numbers;

  /**
   * Sequences that are read in the precision of the layer's parameters.
   *
   * @param type that precision
   */
  SequenceInput(DataType type) {
    this.type = type;
  }

  @Override
  public void begin(INDArray input) {
    INDArray typed = input.castTo(type);
    numbers = OffHeap.of(typed.ordering() == 'c' && !typed.isView() ? typed : typed.dup('c'));
  }

  OffHeap numbers() {
    return numbers;
  }
}
