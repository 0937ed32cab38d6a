package io.github.pelab.layers.runtime;

import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The configuration of a vertex with two inputs of one shape, the second of which is a memory, that
 * is run by our own runtime. What it computes is its {@link LayerDefinition}. Masks are those of a
 * {@link GraphDefinedLayer}, one for each input; the output has the first one's.
 *
 * <p>DL4J does not count a vertex's regularization in the score; in the gradient it does.
 */
public abstract class GraphDefinedVertex extends SameDiffVertex {
  private WeightInit weightInit = WeightInit.XAVIER;

  /** What the vertex computes. */
  protected abstract LayerDefinition definition();

  /** How weights get their first values. Default: Glorot's rule. */
  public WeightInit getWeightInit() {
    return weightInit;
  }

  /** For JSON. */
  public void setWeightInit(WeightInit weightInit) {
    this.weightInit = weightInit;
  }

  /** The vertex as errors call it. */
  protected String described() {
    return getLayerName() == null
        ? getClass().getSimpleName()
        : getClass().getSimpleName() + " '" + getLayerName() + "'";
  }

  @Override
  public final void defineParametersAndInputs(SDVertexParams params) {
    params.defineInputs(LayerGraph.INPUT, LayerGraph.MEMORY);
    definition().declare(params);
  }

  @Override
  public final void initializeParameters(Map<String, INDArray> params) {
    definition().initialize(params, weightInit);
  }

  @Override
  public final SDVariable defineVertex(
      SameDiff sameDiff,
      Map<String, SDVariable> inputs,
      Map<String, SDVariable> parameters,
      Map<String, SDVariable> masks) {
    throw new UnsupportedOperationException(
        described() + " is run by its own runtime; DL4J's would return gradients twice too large");
  }

  @Override
  public final GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    setName(name);
    return new GraphVertexRuntime(this, graph, name, index, parameters, initialize, dataType);
  }

  @Override
  public int minVertexInputs() {
    return 2;
  }

  @Override
  public int maxVertexInputs() {
    return 2;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int miniBatchSize) {
    return new Pair<>(masks == null ? null : masks[0], state);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GraphDefinedVertex that
        && getClass() == that.getClass()
        && super.equals(that)
        && weightInit == that.weightInit
        && definition().equals(that.definition());
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), weightInit, definition());
  }
}
