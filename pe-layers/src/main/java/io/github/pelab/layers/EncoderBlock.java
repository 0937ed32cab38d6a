package io.github.pelab.layers;

import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.sublayer.Block;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A Transformer encoder block as one layer: norm, attention, residual, norm, feed-forward,
 * residual. Legend: B batch, T time, D width.
 *
 * <p>From {@code [B, T, D]} to {@code [B, T, D]} ({@code RNNFormat.NWC}). Mask {@code [B, T]}, 1
 * for a token, 0 for padding: padding is not attended to, and the output is zero there. Any B, and
 * any T up to {@code maxLength}. Formula and source: {@link Block}.
 *
 * <p>Blocks may be stacked; where a whole model from token numbers to a vector is wanted, {@link
 * EncoderStack} is less to write.
 */
public final class EncoderBlock extends SequenceLayer {
  private int feedForward;
  private double dropout;

  private EncoderBlock(Builder builder) {
    super(builder);
    feedForward = builder.feedForward;
    dropout = builder.dropout;
  }

  /** For JSON. */
  @SuppressWarnings("unused")
  private EncoderBlock() {}

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

  private Block definition() {
    int hidden = feedForward == 0 ? 4 * getAttention().width() : feedForward;
    return new Block(getAttention(), hidden, dropout, "", 0);
  }

  @Override
  protected SDVariable define(LayerGraph graph) {
    int width = getAttention().width();
    return graph.outputOf(definition().define(graph, graph.inputRows(width)), width);
  }

  @Override
  protected boolean drops() {
    return definition().drops();
  }

  @Override
  protected String outputWeight(int block) {
    return definition().attention().outputWeight();
  }

  @Override
  protected String outputBias(int block) {
    return definition().attention().outputBias();
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
    return other instanceof EncoderBlock that
        && super.equals(that)
        && Objects.equals(getAttention(), that.getAttention())
        && feedForward == that.feedForward
        && dropout == that.dropout;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), getAttention(), feedForward, dropout);
  }

  /** Builds an {@link EncoderBlock}. */
  @SuppressWarnings("unchecked") // DL4J declares <E extends Layer> E build()
  public static final class Builder extends BlockBuilder<Builder> {
    @Override
    public EncoderBlock build() {
      return new EncoderBlock(this);
    }
  }
}
