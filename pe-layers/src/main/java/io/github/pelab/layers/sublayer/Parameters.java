package io.github.pelab.layers.sublayer;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitUtil;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A sublayer's parameters under its own prefix. A name must not contain an underscore: DL4J's
 * updater splits names there. Weights are what weight decay applies to; biases, gains and
 * everything else are declared as DL4J's "bias" parameters.
 */
final class Parameters {
  private Parameters() {}

  static void declareLinear(SDLayerParams params, String name, int inputs, int outputs) {
    params.addWeightParam(name + ".W", inputs, outputs);
    params.addBiasParam(name + ".b", 1, outputs);
  }

  /** Weights by Glorot's rule (or whatever the layer says), biases 0. */
  static void initializeLinear(Map<String, INDArray> params, String name, WeightInit weightInit) {
    INDArray weight = params.get(name + ".W");
    double fanIn = weight.rows();
    double fanOut = weight.columns();
    WeightInitUtil.initWeights(fanIn, fanOut, weight.shape(), weightInit, null, 'c', weight);
    params.get(name + ".b").assign(0);
  }
}
