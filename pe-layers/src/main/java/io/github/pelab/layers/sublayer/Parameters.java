package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.LayerGraph;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitUtil;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A sublayer's parameters under its own prefix. A name must not contain an underscore: DL4J's
 * updater splits names there. Weights are what weight decay applies to; biases, gains and
 * everything else are declared as DL4J's "bias" parameters.
 */
final class Parameters {
  private Parameters() {}

  static void declareLinear(
      SDLayerParams params, String name, int inputs, int outputs, boolean bias) {
    params.addWeightParam(name + ".W", inputs, outputs);
    if (bias) {
      params.addBiasParam(name + ".b", 1, outputs);
    }
  }

  /** The weight by Glorot's rule (or whatever the layer says), the bias, if there is one, 0. */
  static void initializeLinear(Map<String, INDArray> params, String name, WeightInit weightInit) {
    initializeWeight(params.get(name + ".W"), weightInit);
    INDArray bias = params.get(name + ".b");
    if (bias != null) {
      bias.assign(0);
    }
  }

  static void initializeWeight(INDArray weight, WeightInit weightInit) {
    double fanIn = weight.rows();
    double fanOut = weight.columns();
    WeightInitUtil.initWeights(fanIn, fanOut, weight.shape(), weightInit, null, 'c', weight);
  }

  /** {@code x W + b}, rows to rows. */
  static SDVariable linear(LayerGraph graph, SDVariable x, String name, boolean bias) {
    SDVariable product = x.mmul(graph.parameter(name + ".W"));
    return bias ? product.add(graph.parameter(name + ".b")) : product;
  }
}
