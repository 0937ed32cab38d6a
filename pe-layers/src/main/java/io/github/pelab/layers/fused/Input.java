package io.github.pelab.layers.fused;

import org.nd4j.linalg.api.ndarray.INDArray;

/** What a layer is given, as its lanes read it. */
interface Input {
  /** A pass begins, with this input. */
  void begin(INDArray input);
}
