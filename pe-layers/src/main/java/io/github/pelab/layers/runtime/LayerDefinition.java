package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.kernel.Kernels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a layer computes, and all that its runtime must know of it. Equal definitions make equal
 * layers. Legend: B batch, T time, D width, H heads, K head size.
 */
public interface LayerDefinition {
  /** Declares the parameters' names and shapes. */
  void declare(SDLayerParams params);

  /** Gives the parameters their first values. */
  void initialize(Map<String, INDArray> params, WeightInit weightInit);

  /** What the layer computes. */
  SDVariable define(LayerGraph graph);

  /**
   * The same by kernels, which must agree with {@link #define} to rounding; empty for a layer that
   * has none.
   *
   * @param type of the parameters
   */
  <A> Optional<KernelProgram> program(Kernels<A> kernels, DataType type);

  /**
   * Refuses an input that the layer has no meaning for.
   *
   * @param layer what messages call the layer
   * @throws IllegalArgumentException that names what was found and what is expected
   */
  void checkInput(String layer, INDArray input);

  /** 3 for {@code [B, T, D]}, 2 for {@code [B, D]}. */
  int outputRank();

  /** Whether training differs from inference. */
  boolean drops();

  /** Number of attentions. */
  int blocks();

  /** H of each attention. */
  int heads();

  /** K of each attention. */
  int headSize();

  /** What products of queries and keys are multiplied by in each attention. */
  double scale();

  /** What can be removed of each head. */
  Set<HeadPart> parts();

  /**
   * Names of the parameters whose columns make a block's queries head after head; what heads share
   * is none of them.
   */
  List<String> queryWeights(int block);

  /** Those of keys, likewise. */
  List<String> keyWeights(int block);

  /** Name of the parameter {@code [D, D]} that maps a block's head outputs to its output. */
  String outputWeight(int block);

  /** Name of the parameter {@code [1, D]} that is added to it. */
  String outputBias(int block);
}
