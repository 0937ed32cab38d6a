package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.layers.runtime.Interventions.Branch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer by kernels: what its graph computes, forward and backward, written by hand. */
public interface KernelProgram {
  /**
   * A forward pass.
   *
   * @param interventions on heads
   * @param dropout whether there is any
   * @param kept whether a backward pass may follow
   * @param parameters by name
   * @param heads set to what each block's heads hand to the output projection, {@code [B, T, D]}
   *     and zero at padding; empty if nobody asks
   * @param output set; row-major
   */
  void forward(
      Call call,
      Interventions interventions,
      boolean dropout,
      boolean kept,
      Map<String, INDArray> parameters,
      List<INDArray> heads,
      INDArray output);

  /**
   * What forward passes without dropout give that are one up to where they branch. No backward pass
   * follows.
   *
   * @param interventions where there is no branch yet
   * @param outputs set, one a branch; row-major
   */
  void forward(
      Call call,
      Interventions interventions,
      List<Branch> branches,
      Map<String, INDArray> parameters,
      List<INDArray> outputs);

  /**
   * The backward pass of the last forward pass, which was kept.
   *
   * @param epsilon gradient of the output
   * @param logits told what each head scored with, from several threads; empty if nobody asks
   * @param gradients of the parameters, by name; each is set
   * @param inputGradient set; null where the input has none: token numbers
   * @param memoryGradient set; null where there is no second input
   */
  void backward(
      INDArray epsilon,
      Optional<Consumer<HeadLogits>> logits,
      Map<String, INDArray> gradients,
      INDArray inputGradient,
      INDArray memoryGradient);
}
