package io.github.pelab.layers;

import io.github.pelab.layers.sublayer.AttentionSettings;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;

/**
 * What the builders of all attention layers have in common.
 *
 * @param <T> the builder itself
 */
public abstract class AttentionBuilder<T extends AttentionBuilder<T>>
    extends SameDiffLayer.Builder<T> {
  abstract AttentionSettings settings();

  abstract void settings(AttentionSettings changed);

  /** D. Optional where the network has an input type: then it is that of the layer before. */
  public T width(int width) {
    return with(settings().withWidth(width));
  }

  /** H, a divisor of the width. Default 1. */
  public T heads(int heads) {
    return with(settings().withHeads(heads));
  }

  /** The positional scheme, for instance {@code rope(base=500)}. Default {@code nope}. */
  public T scheme(String scheme) {
    return with(settings().withScheme(scheme));
  }

  /** {@code multi-head}, or for instance {@code mla(compressed=64)}. Default {@code multi-head}. */
  public T form(String form) {
    return with(settings().withForm(form));
  }

  /** Whether padding is attended to like tokens, as some published models do. Default no. */
  public T seesPadding(boolean sees) {
    return with(settings().withSeesPadding(sees));
  }

  /** Whether the attention's linear maps have biases. Default yes. */
  public T bias(boolean bias) {
    return with(settings().withBias(bias));
  }

  /** The longest sequence that is accepted. Default 1024. */
  public T maxLength(int maxLength) {
    return with(settings().withMaxLength(maxLength));
  }

  /** Whether a token attends to itself and to earlier ones only. Default no. */
  public T causal(boolean causal) {
    return with(settings().withCausal(causal));
  }

  /** Probability with which an attention weight is dropped in training. Default 0. */
  public T attentionDropout(double rate) {
    return with(settings().withDropout(rate));
  }

  /**
   * What all logits are multiplied by, biases by lag included: a finite number above 0. Below 1
   * attention is spread, above it is sharpened. Default 1.
   */
  public T logitScale(double scale) {
    return with(settings().withLogitScale(scale));
  }

  @SuppressWarnings("unchecked") // T is the builder itself
  private T with(AttentionSettings changed) {
    settings(changed);
    return (T) this;
  }
}
