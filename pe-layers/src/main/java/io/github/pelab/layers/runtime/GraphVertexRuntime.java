package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.kernel.DropoutPattern;
import java.util.Arrays;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.samediff.SameDiffGraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a {@link GraphDefinedVertex} by its SameDiff graph. Inherits from DL4J's runtime the keeping
 * of parameters and masks, and replaces both passes: see {@link GraphRuntime} for why.
 */
@SuppressWarnings("overrides") // DL4J implements a variable arity method with an array
final class GraphVertexRuntime extends SameDiffGraphVertex implements AttentionAccess.Holder {
  private final transient GraphDefinedVertex vertex;
  private final transient LayerPasses passes;

  GraphVertexRuntime(
      GraphDefinedVertex vertex,
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    super(vertex, graph, name, index, parameters, initialize, dataType);
    this.vertex = vertex;
    passes = new LayerPasses(vertex.definition(), dataType, () -> paramTable);
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    super.setBackpropGradientsViewArray(view); // keeps the views of each parameter alone
    gradients = view;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    return passes.forward(call(), training, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
    LayerPasses.Gradients computed =
        passes.backward(call(), epsilon, gradients, gradTable, workspaces);
    return new Pair<>(computed.parameters(), new INDArray[] {computed.input(), computed.memory()});
  }

  private Call call() {
    INDArray input = inputs[0];
    INDArray memory = inputs[1];
    vertex.definition().checkInput(vertex.described(), input);
    if (!Arrays.equals(input.shape(), memory.shape())) {
      throw new IllegalArgumentException(
          "%s: memory has shape %s; it must have the first input's, %s: lags are between places of one sequence"
              .formatted(
                  vertex.described(),
                  Arrays.toString(memory.shape()),
                  Arrays.toString(input.shape())));
    }
    long dropoutSeed =
        DropoutPattern.seed(
            graph.getConfiguration().getDefaultConfiguration().getSeed(),
            vertexIndex,
            graph.getIterationCount());
    return Call.of(input, mask(0), memory, mask(1), dropoutSeed);
  }

  /** Masks that were handed on in an earlier pass stay behind: DL4J clears layers alone. */
  private INDArray mask(int input) {
    boolean stale = graph.getInputMaskArrays() == null;
    return maskArrays == null || stale ? null : maskArrays[input];
  }

  @Override
  public String toString() {
    return vertex.described();
  }

  @Override
  public AttentionAccess attentions() {
    return passes;
  }
}
