package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.LayerGraph;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layer normalisation (Ba et al., arXiv 1607.06450): (x − mean) / √(variance + ε) · gain + bias
 * over the width, ε = 1e-5. Written out because ND4J's own op has another ε in another place.
 */
record Norm(int width, String prefix) {
  static final double EPSILON = 1e-5;

  void declare(SDLayerParams params) {
    params.addBiasParam(prefix + "gain", 1, width);
    params.addBiasParam(prefix + "bias", 1, width);
  }

  void initialize(Map<String, INDArray> params) {
    params.get(prefix + "gain").assign(1);
    params.get(prefix + "bias").assign(0);
  }

  /**
   * The sublayer's output.
   *
   * @param x rows {@code [N, D]}
   * @return rows {@code [N, D]}
   */
  SDVariable define(LayerGraph graph, SDVariable x) {
    SDVariable centred = x.sub(x.mean(true, 1));
    SDVariable variance = centred.mul(centred).mean(true, 1);
    SDVariable scaled = centred.div(graph.ops().math().sqrt(variance.add(EPSILON)));
    return scaled.mul(graph.parameter(prefix + "gain")).add(graph.parameter(prefix + "bias"));
  }
}
