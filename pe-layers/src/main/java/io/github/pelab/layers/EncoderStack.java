package io.github.pelab.layers;

import io.github.pelab.layers.runtime.GraphDefinedLayer;
import io.github.pelab.layers.runtime.LayerDefinition;
import io.github.pelab.layers.sublayer.Encoder;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A Transformer encoder as one layer: embedding, N blocks, norm, mean over the tokens. Legend: B
 * batch, T time, D width.
 *
 * <p>From token numbers {@code [B, T]} (any type, whole numbers from 0 to vocabulary − 1) to {@code
 * [B, D]}. Mask {@code [B, T]}, 1 for a token, 0 for padding: padding is neither attended to nor
 * pooled over, whatever its token number. Any B, and any T up to {@code maxLength}. It must be the
 * first layer: token numbers have no gradient. Formula and source: {@link Encoder}.
 *
 * <p>Not for tagging: it gives one vector a sequence. For that, stack {@link EncoderBlock}s behind
 * DL4J's {@code EmbeddingSequenceLayer}.
 */
public final class EncoderStack extends GraphDefinedLayer {
  private Encoder encoder;

  private EncoderStack(Builder builder) {
    super(builder);
    encoder =
        new Encoder(
            builder.block,
            builder.vocabulary,
            builder.layers,
            builder.memory,
            builder.finalNorm,
            builder.poolsPadding);
  }

  /** For JSON. */
  @SuppressWarnings("unused")
  private EncoderStack() {}

  /** What the encoder is. */
  public Encoder getEncoder() {
    return encoder;
  }

  /** For JSON. */
  public void setEncoder(Encoder encoder) {
    this.encoder = encoder;
  }

  @Override
  protected LayerDefinition definition() {
    return encoder;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(encoder.settings().width());
  }

  /** The output has no time any more, and so no mask. */
  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int miniBatchSize) {
    return new Pair<>(null, state);
  }

  /** Builds an {@link EncoderStack}; vocabulary and width are required. */
  @SuppressWarnings("unchecked") // DL4J declares <E extends Layer> E build()
  public static final class Builder extends BlockBuilder<Builder> {
    private int vocabulary;
    private int layers = 1;
    private boolean memory;
    private boolean finalNorm = true;
    private boolean poolsPadding;

    /** Number of different tokens. Required. */
    public Builder vocabulary(int size) {
      vocabulary = size;
      return this;
    }

    /** N. Default 1. */
    public Builder layers(int count) {
      layers = count;
      return this;
    }

    /** Whether blocks make keys and values of the embedded input, not their own. Default no. */
    public Builder memory(boolean fromInput) {
      memory = fromInput;
      return this;
    }

    /** Whether a norm stands between the last block and the mean. Default yes. */
    public Builder finalNorm(boolean norm) {
      finalNorm = norm;
      return this;
    }

    /** Whether the mean is over padding too. Default no. */
    public Builder poolsPadding(boolean pools) {
      poolsPadding = pools;
      return this;
    }

    @Override
    public EncoderStack build() {
      return new EncoderStack(this);
    }
  }
}
