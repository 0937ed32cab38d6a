package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.LayerGraph;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Two linear maps with a ReLU between: width to {@code hidden} and back. */
record FeedForward(int width, int hidden, String prefix) {
  void declare(SDLayerParams params) {
    Parameters.declareLinear(params, prefix + "in", width, hidden, true);
    Parameters.declareLinear(params, prefix + "out", hidden, width, true);
  }

  void initialize(Map<String, INDArray> params, WeightInit weightInit) {
    Parameters.initializeLinear(params, prefix + "in", weightInit);
    Parameters.initializeLinear(params, prefix + "out", weightInit);
  }

  /**
   * The sublayer's output.
   *
   * @param x rows {@code [N, D]}
   * @return rows {@code [N, D]}
   */
  SDVariable define(LayerGraph graph, SDVariable x) {
    SDVariable inner = graph.ops().nn().relu(Parameters.linear(graph, x, prefix + "in", true), 0);
    return Parameters.linear(graph, inner, prefix + "out", true);
  }
}
