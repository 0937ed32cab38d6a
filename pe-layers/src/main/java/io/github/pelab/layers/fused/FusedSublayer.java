package io.github.pelab.layers.fused;

import java.util.List;

/**
 * From the rows of a chunk to as many rows, with one attention in it.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
interface FusedSublayer<A> {
  List<Parameter<A>> parameters();

  /**
   * What the sublayer computes.
   *
   * @param memoryKeys what the memory was projected to; null for self-attention
   * @param to set; another matrix than {@code input}, which is needed in the backward pass
   */
  default void forward(Chunk chunk, Matrix<A> input, Columns<A> memoryKeys, Matrix<A> to) {
    attend(chunk, input, memoryKeys);
    finish(chunk, input, to);
  }

  /** The first half of {@link #forward}: all heads attend. */
  void attend(Chunk chunk, Matrix<A> input, Columns<A> memoryKeys);

  /**
   * The second half, from what the heads made, or what replaces it: any number of times, for what
   * they made stays.
   */
  void finish(Chunk chunk, Matrix<A> input, Matrix<A> to);

  /**
   * The gradients.
   *
   * @param gradient of the output; becomes that of the input
   * @param memoryGradient where the gradient of what the memory was projected to is put
   */
  void backward(
      Chunk chunk,
      Matrix<A> input,
      Columns<A> memoryKeys,
      Matrix<A> gradient,
      Columns<A> memoryGradient);
}
