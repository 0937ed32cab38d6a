package io.github.pelab.layers.fused;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How what a layer is given becomes the rows of a chunk. */
interface Entrance {
  List<Parameter> parameters();

  /** A pass begins, with this input. */
  void begin(INDArray input);

  /** Sets the rows of a chunk. */
  void forward(Chunk chunk, Matrix to);

  /**
   * Takes their gradient.
   *
   * @param inputGradient of the layer; null where the input has none
   */
  void backward(Chunk chunk, Matrix gradient, OffHeap inputGradient);
}
