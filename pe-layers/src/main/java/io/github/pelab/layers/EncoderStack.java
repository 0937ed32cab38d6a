package io.github.pelab.layers;

import io.github.pelab.layers.runtime.GraphDefinedLayer;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.sublayer.AttentionSettings;
import io.github.pelab.layers.sublayer.Encoder;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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
  private AttentionSettings attention;
  private int vocabulary;
  private int layers;
  private int feedForward;
  private double dropout;

  private EncoderStack(Builder builder) {
    super(builder);
    attention = builder.settings;
    vocabulary = builder.vocabulary;
    layers = builder.layers;
    feedForward = builder.feedForward;
    dropout = builder.dropout;
  }

  /** For JSON. */
  @SuppressWarnings("unused")
  private EncoderStack() {}

  /** What each block's attention is. */
  public AttentionSettings getAttention() {
    return attention;
  }

  /** For JSON. */
  public void setAttention(AttentionSettings attention) {
    this.attention = attention;
  }

  /** Number of different tokens. */
  public int getVocabulary() {
    return vocabulary;
  }

  /** For JSON. */
  public void setVocabulary(int vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** N. */
  public int getLayers() {
    return layers;
  }

  /** For JSON. */
  public void setLayers(int layers) {
    this.layers = layers;
  }

  /** Width between the two linear maps of the feed-forward part; 0 for four times the width. */
  public int getFeedForward() {
    return feedForward;
  }

  /** For JSON. */
  public void setFeedForward(int feedForward) {
    this.feedForward = feedForward;
  }

  /** Probability with which an element is dropped before a residual sum, in training. */
  public double getDropout() {
    return dropout;
  }

  /** For JSON. */
  public void setDropout(double dropout) {
    this.dropout = dropout;
  }

  private Encoder definition() {
    int hidden = feedForward == 0 ? 4 * attention.width() : feedForward;
    return new Encoder(attention, vocabulary, layers, hidden, dropout);
  }

  @Override
  protected SDVariable define(LayerGraph graph) {
    return definition().define(graph);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(attention.width());
  }

  @Override
  protected void checkInput(INDArray input) {
    if (input.rank() != 2) {
      throw new IllegalArgumentException(
          "%s: input must be token numbers [batch, time], found shape %s"
              .formatted(described(), Arrays.toString(input.shape())));
    }
    Lengths.check(described(), input.size(1), attention.maxLength());
  }

  /** The output has no time any more, and so no mask. */
  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int miniBatchSize) {
    return new Pair<>(null, state);
  }

  @Override
  public INDArray onesMaskForInput(INDArray input) {
    return Nd4j.ones(input.dataType(), input.shape());
  }

  @Override
  protected int outputRank() {
    return 2;
  }

  @Override
  protected boolean drops() {
    return definition().block(0).drops();
  }

  @Override
  protected int blocks() {
    return layers;
  }

  @Override
  protected int heads() {
    return attention.heads();
  }

  @Override
  protected int headSize() {
    return attention.headSize();
  }

  @Override
  protected String outputWeight(int block) {
    return definition().block(block).attention().outputWeight();
  }

  @Override
  protected String outputBias(int block) {
    return definition().block(block).attention().outputBias();
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    definition().declare(params);
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    definition().initialize(params, weightInit);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncoderStack that
        && super.equals(that)
        && Objects.equals(attention, that.attention)
        && vocabulary == that.vocabulary
        && layers == that.layers
        && feedForward == that.feedForward
        && dropout == that.dropout;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), attention, vocabulary, layers, feedForward, dropout);
  }

  /** Builds an {@link EncoderStack}; vocabulary and width are required. */
  @SuppressWarnings("unchecked") // DL4J declares <E extends Layer> E build()
  public static final class Builder extends BlockBuilder<Builder> {
    private int vocabulary;
    private int layers = 1;

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

    @Override
    public EncoderStack build() {
      require("vocabulary", vocabulary);
      require("layers", layers);
      require("width", settings.width());
      return new EncoderStack(this);
    }

    private static void require(String field, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(
            "EncoderStack: " + field + " must be at least 1, found " + value);
      }
    }
  }
}
