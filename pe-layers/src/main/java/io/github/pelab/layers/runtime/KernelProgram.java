package io.github.pelab.layers.runtime;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer by kernels: what its graph computes, forward and backward, written by hand. */
public interface KernelProgram {
  /**
   * A forward pass.
   *
   * @param heads what replaces heads' outputs
   * @param dropout whether there is any
   * @param kept whether a backward pass may follow
   * @param parameters by name
   * @param output set; row-major
   */
  void forward(
      Call call,
      HeadValues heads,
      boolean dropout,
      boolean kept,
      Map<String, INDArray> parameters,
      INDArray output);

  /**
   * The backward pass of the last forward pass, which was kept.
   *
   * @param epsilon gradient of the output
   * @param gradients of the parameters, by name; each is set
   * @param inputGradient set; null where the input has none: token numbers
   * @param memoryGradient set; null where there is no second input
   */
  void backward(
      INDArray epsilon,
      Map<String, INDArray> gradients,
      INDArray inputGradient,
      INDArray memoryGradient);
}
