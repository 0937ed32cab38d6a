package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fused.ProgramBuilder;
import io.github.pelab.layers.runtime.LayerGraph;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** From rows {@code [B·T, D]} to rows {@code [B·T, D]}, with one attention in it. */
interface Sublayer {
  Attention attention();

  void declare(SDLayerParams params);

  void initialize(Map<String, INDArray> params, WeightInit weightInit);

  /**
   * What the sublayer computes.
   *
   * @param memory what keys and values are made of, rows likewise; empty for self-attention
   */
  SDVariable define(LayerGraph graph, SDVariable rows, Optional<SDVariable> memory);

  /** Adds the same to a program of kernels, for which the attention's form has some. */
  void addTo(ProgramBuilder<?> program);
}
