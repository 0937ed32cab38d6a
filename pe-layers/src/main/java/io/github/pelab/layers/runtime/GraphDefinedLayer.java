package io.github.pelab.layers.runtime;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer's configuration that is defined by a {@link LayerGraph} and run by our own runtime.
 * Legend: B batch, T time, H heads, K head size.
 *
 * <p>Masks are {@code [B, T]}, 1 for a token and 0 for padding. Padding has no influence on tokens.
 */
public abstract class GraphDefinedLayer extends SameDiffLayer {
  protected GraphDefinedLayer(Builder<?> builder) {
    super(builder);
  }

  /** For JSON. */
  protected GraphDefinedLayer() {}

  /** What the layer computes. The only place where this is written. */
  protected abstract SDVariable define(LayerGraph graph);

  /** 3 for {@code [B, T, D]}, 2 for {@code [B, D]}. */
  protected abstract int outputRank();

  /** Whether training differs from inference. */
  protected abstract boolean drops();

  /** Number of attentions. */
  protected abstract int blocks();

  /** H of each attention. */
  protected abstract int heads();

  /** K of each attention. */
  protected abstract int headSize();

  /** Name of the parameter {@code [D, D]} that maps a block's head outputs to its output. */
  protected abstract String outputWeight(int block);

  /** Name of the parameter {@code [1, D]} that is added to it. */
  protected abstract String outputBias(int block);

  /**
   * Refuses an input that the layer has no meaning for.
   *
   * @throws IllegalArgumentException that names what was found and what is expected
   */
  protected abstract void checkInput(INDArray input);

  void checkInput(INDArray input, INDArray mask) {
    checkInput(input);
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
}
