package io.github.pelab.layers.fused;

import java.util.List;

/**
 * How what a layer is given becomes the rows of a chunk.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
interface Entrance<A> {
  List<Parameter<A>> parameters();

  /** Sets the rows of a chunk. */
  void forward(Chunk chunk, Matrix<A> to);

  /**
   * Takes their gradient.
   *
   * @param inputGradient of the layer; null where the input has none
   */
  void backward(Chunk chunk, Matrix<A> gradient, OffHeap inputGradient);
}
