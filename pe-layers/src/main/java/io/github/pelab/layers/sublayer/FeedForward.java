package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.DropoutSite;
import io.github.pelab.layers.runtime.LayerGraph;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Two linear maps with an activation, and dropout in training, between: width to hidden and back.
 */
record FeedForward(BlockSettings block, String prefix, int index) {
  private int width() {
    return block.attention().width();
  }

  void declare(SDLayerParams params) {
    Parameters.declareLinear(params, prefix + "in", width(), block.hidden(), true);
    Parameters.declareLinear(params, prefix + "out", block.hidden(), width(), true);
  }

  void initialize(Map<String, INDArray> params, WeightInit weightInit) {
    Parameters.initializeLinear(params, prefix + "in", weightInit);
    Parameters.initializeLinear(params, prefix + "out", weightInit);
  }

  /**
   * The sublayer's output.
   *
   * @param x rows {@code [B·T, D]}
   * @return rows {@code [B·T, D]}
   */
  SDVariable define(LayerGraph graph, SDVariable x) {
    SDVariable inner = Parameters.linear(graph, x, prefix + "in", true);
    SDVariable active =
        graph.dropout(
            block.activation().of(graph.ops(), inner),
            block.innerDropout(),
            DropoutSite.INNER,
            index,
            call -> new long[] {call.rows(), block.hidden()});
    return Parameters.linear(graph, active, prefix + "out", true);
  }
}
