package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.kernel.DropoutPattern;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Runs a {@link GraphDefinedLayer}, by kernels or by its SameDiff graph. Inherits from DL4J's
 * runtime the keeping of parameters and gradients, and replaces what is wrong there: gradients have
 * their right size, dropout is active in training alone and the same in both passes, {@code
 * setParam} sets, regularization counts in the score.
 */
final class GraphRuntime extends SameDiffLayer implements AttentionAccess.Holder {
  private final transient GraphDefinedLayer layer;
  private final transient LayerPasses passes;

  GraphRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    layer = (GraphDefinedLayer) conf.getLayer();
    passes = new LayerPasses(layer.definition(), dataType, () -> paramTable);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    return passes.forward(call(), training, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    LayerPasses.Gradients computed =
        passes.backward(call(), epsilon, gradients, gradTable, workspaces);
    return new Pair<>(computed.parameters(), computed.input());
  }

  private Call call() {
    layer.checkInput(input, maskArray);
    return Call.of(
        input, maskArray, DropoutPattern.seed(conf().getSeed(), getIndex(), getIterationCount()));
  }

  @Override
  public void setParam(String key, INDArray value) {
    super.setParam(key, value); // checks, and assigns nothing
    paramTable.get(key).assign(value);
  }

  /** What regularization adds to the score; DL4J's runtime adds it to the gradient alone. */
  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    double sum = 0;
    for (Map.Entry<String, INDArray> param : paramTable.entrySet()) {
      for (Regularization each : layer.getRegularizationByParam(param.getKey())) {
        sum += each.score(param.getValue(), getIterationCount(), getEpochCount());
      }
    }
    return sum;
  }

  @Override
  public AttentionAccess attentions() {
    return passes;
  }
}
