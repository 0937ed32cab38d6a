package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.kernel.DropoutPattern;
import java.nio.FloatBuffer;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * Runs a {@link GraphDefinedLayer}, by kernels or by its SameDiff graph. Inherits from DL4J's
 * runtime the keeping of parameters and gradients, and replaces what is wrong there: gradients have
 * their right size, dropout is active in training alone and the same in both passes, {@code
 * setParam} sets, regularization counts in the score.
 */
final class GraphRuntime extends SameDiffLayer implements AttentionAccess.Holder {
  /** Numbers that are added up before ND4J would have begun to. */
  private static final int FEW = 20_000;

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
        sum += score(each, param.getValue());
      }
    }
    return sum;
  }

  /** DL4J asks in every update, and an operation of ND4J takes longer than a small sum. */
  private double score(Regularization regularization, INDArray param) {
    if (!(regularization instanceof WeightDecay decay)
        || param.dataType() != DataType.FLOAT
        || param.length() > FEW) {
      return regularization.score(param, getIterationCount(), getEpochCount());
    }
    double squares = 0;
    FloatBuffer numbers = param.data().asNioFloat();
    int first = (int) param.offset();
    for (int i = first; i < first + param.length(); i++) {
      double number = numbers.get(i);
      squares += number * number;
    }
    return 0.5 * decay.getCoeff().valueAt(getIterationCount(), getEpochCount()) * squares;
  }

  @Override
  public AttentionAccess attentions() {
    return passes;
  }
}
