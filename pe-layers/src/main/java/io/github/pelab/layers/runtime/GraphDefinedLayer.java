package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.PartRemoval;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer's configuration that is run by our own runtime. What it computes is its {@link
 * LayerDefinition}.
 *
 * <p>Masks are {@code [batch, time]}, 1 for a token and 0 for padding. Padding has no influence on
 * tokens.
 */
public abstract class GraphDefinedLayer extends SameDiffLayer {
  protected GraphDefinedLayer(Builder<?> builder) {
    super(builder);
  }

  /** For JSON. */
  protected GraphDefinedLayer() {}

  /** What the layer computes. */
  protected abstract LayerDefinition definition();

  void checkInput(INDArray input, INDArray mask) {
    definition().checkInput(described(), input);
    if (mask != null
        && (mask.rank() != 2 || mask.size(0) != input.size(0) || mask.size(1) != input.size(1))) {
      throw new IllegalArgumentException(
          "%s: mask has shape %s; for an input of shape %s it must be [%d, %d]"
              .formatted(
                  described(),
                  Arrays.toString(mask.shape()),
                  Arrays.toString(input.shape()),
                  input.size(0),
                  input.size(1)));
    }
  }

  /** The layer as errors call it. */
  protected String described() {
    return layerName == null
        ? getClass().getSimpleName()
        : getClass().getSimpleName() + " '" + layerName + "'";
  }

  @Override
  public final void defineParameters(SDLayerParams params) {
    definition().declare(params);
  }

  /** What can be removed of each of its heads, see {@link PartRemoval}. */
  public final Set<HeadPart> parts() {
    return definition().parts();
  }

  @Override
  public final void initializeParameters(Map<String, INDArray> params) {
    definition().initialize(params, weightInit);
  }

  @Override
  public final SDVariable defineLayer(
      SameDiff sameDiff, SDVariable input, Map<String, SDVariable> parameters, SDVariable mask) {
    throw new UnsupportedOperationException(
        described() + " is run by its own runtime; DL4J's would return gradients twice too large");
  }

  @Override
  public final Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType dataType) {
    GraphRuntime runtime = new GraphRuntime(conf, dataType);
    runtime.setIndex(index);
    runtime.setParamsViewArray(parameters);
    runtime.setParamTable(initializer().init(conf, parameters, initialize));
    runtime.setConf(conf);
    runtime.setListeners(listeners);
    return runtime;
  }

  /** Masks are {@code [B, T]}: DL4J's default takes time to be the last dimension. */
  @Override
  public INDArray onesMaskForInput(INDArray input) {
    return Nd4j.ones(input.dataType(), input.size(0), input.size(1));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GraphDefinedLayer that
        && getClass() == that.getClass()
        && super.equals(that)
        && definition().equals(that.definition());
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), definition());
  }
}
