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
 * @param memory the second input, {@code [B, T, D]}; null if there is none
 * @param memoryMask of the memory, likewise
 * @param dropoutSeed of this pass
 */
public record Call(
    INDArray input, INDArray mask, INDArray memory, INDArray memoryMask, long dropoutSeed) {
  /** Of a layer with one input. */
  static Call of(INDArray input, INDArray mask, long dropoutSeed) {
    return new Call(rowMajor(input), mask, null, null, dropoutSeed);
  }

  /** Of a vertex with a memory. */
  static Call of(
      INDArray input, INDArray mask, INDArray memory, INDArray memoryMask, long dropoutSeed) {
    return new Call(rowMajor(input), mask, rowMajor(memory), memoryMask, dropoutSeed);
  }

  private static INDArray rowMajor(INDArray array) {
    return array.ordering() == 'c' && !array.isView() ? array : array.dup('c');
  }

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
    return tokens(mask);
  }

  /** The same of what keys and values are made of: the memory, or else the input. */
  public INDArray keyTokens() {
    return tokens(memory == null ? mask : memoryMask);
  }

  private INDArray tokens(INDArray given) {
    return given == null
        ? Nd4j.ones(DataType.DOUBLE, batch(), length())
        : given.castTo(DataType.DOUBLE);
  }
}
