package io.github.pelab.layers.fused;

import java.util.List;

/**
 * How the rows of a chunk become what a layer gives.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
interface Exit<A> {
  List<Parameter<A>> parameters();

  /** Puts what becomes of a chunk's rows into the layer's output, which was all zeros. */
  void forward(Chunk chunk, Matrix<A> rows, OffHeap output);

  /**
   * The gradient of a chunk's rows.
   *
   * @param epsilon gradient of the layer's output
   * @param gradient set
   */
  void backward(Chunk chunk, Matrix<A> rows, OffHeap epsilon, Matrix<A> gradient);
}
