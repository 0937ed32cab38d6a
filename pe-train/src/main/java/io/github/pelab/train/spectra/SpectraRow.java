package io.github.pelab.train.spectra;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.pelab.train.StepStudy;
import java.util.List;

/**
 * One line of {@code spectra.jsonl}: the logits of every head during training, beside the gradients
 * that train it, on the examples that the config says, always the same, without dropout. Layers and
 * heads count from 0.
 *
 * @param step updates done
 * @param loss mean cross-entropy in nats
 * @param gradientNorm of the mean loss's gradient over all parameters
 * @param updateSize norm of what the last update added to the parameters; null before the first
 * @param parameterNorm of all parameters
 */
public record SpectraRow(
    int step,
    double loss,
    double gradientNorm,
    @JsonSetter(nulls = Nulls.SET) Double updateSize,
    double parameterNorm,
    List<Layer> layers)
    implements StepStudy.Row {

  public SpectraRow {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("layers: found none; a network has one at least");
    }
    layers = List.copyOf(layers);
  }

  /** Whether the loss is below half of that row's, for instance of the one before training. */
  public boolean isBelowHalfOf(SpectraRow first) {
    return loss < first.loss / 2;
  }

  /** A layer's heads, in their order. */
  public record Layer(int layer, List<Head> heads) {
    public Layer {
      if (heads.isEmpty()) {
        throw new IllegalArgumentException("heads: found none; a layer has one at least");
      }
      heads = List.copyOf(heads);
    }
  }

  /**
   * A head.
   *
   * @param logits as the head has them; null, as {@code content} is, if in no example softmax sees
   *     anything of them, with positions and without
   * @param content those of the same queries and keys without rotation and lag bias
   * @param logitGradient Frobenius norm of the mean loss's gradient at the head's logits
   * @param queryGradient of its gradient at the weights that make the head's queries, and no others
   * @param keyGradient the same of keys
   */
  public record Head(
      @JsonSetter(nulls = Nulls.SET) Measures logits,
      @JsonSetter(nulls = Nulls.SET) Measures content,
      double logitGradient,
      double queryGradient,
      double keyGradient) {}
}
