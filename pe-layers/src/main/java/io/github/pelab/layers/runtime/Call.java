package io.github.pelab.layers.runtime;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What one forward pass is given, and all that the feeds of a graph may depend on. The backward
 * pass is given the same, and so sees the same dropout.
 *
 * @param input the layer's input: {@code [B, T, D]}, or {@code [B, T]} token numbers
 * @param mask {@code [B, T]}, 1 a token, 0 padding; null if all are tokens
 * @param dropoutSeed of this pass
 */
public record Call(INDArray input, INDArray mask, long dropoutSeed) {
  /** B. */
  public long batch() {
    return input.size(0);
  }

  /** T. */
  public long length() {
    return input.size(1);
  }

  /** B·T. */
  public long rows() {
    return batch() * length();
  }

  /**
   * The mask, or ones where there is none: {@code [B, T]}, in double, for what is computed from it
   * must not depend on the type of token numbers or mask.
   */
  public INDArray tokens() {
    return mask == null
        ? Nd4j.ones(DataType.DOUBLE, batch(), length())
        : mask.castTo(DataType.DOUBLE);
  }
}
