package io.github.pelab.layers;

import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.sublayer.Attention;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head self-attention with a positional scheme, alone: no norm, no residual. Legend: B batch,
 * T time, D width, H heads, K = D/H head size.
 *
 * <p>From {@code [B, T, D]} to {@code [B, T, D]} ({@code RNNFormat.NWC}). Mask {@code [B, T]}, 1
 * for a token, 0 for padding: padding is not attended to, and the output is zero there. Any B, and
 * any T up to {@code maxLength}. Formula and source: {@link Attention}.
 *
 * <p>Not for a model that nothing else tells of positions and whose scheme is {@code nope}; and not
 * for T in the thousands, because this path holds {@code [B, H, T, T]}.
 */
public final class MultiHeadAttention extends SequenceLayer {
  private MultiHeadAttention(Builder builder) {
    super(builder);
  }

  /** For JSON. */
  @SuppressWarnings("unused")
  private MultiHeadAttention() {}

  private Attention definition() {
    return new Attention(getAttention(), "", 0);
  }

  @Override
  protected SDVariable define(LayerGraph graph) {
    int width = getAttention().width();
    return graph.outputOf(definition().define(graph, graph.inputRows(width)), width);
  }

  @Override
  protected boolean drops() {
    return getAttention().dropout() > 0;
  }

  @Override
  protected String outputWeight(int block) {
    return definition().outputWeight();
  }

  @Override
  protected String outputBias(int block) {
    return definition().outputBias();
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
    return other instanceof MultiHeadAttention that
        && super.equals(that)
        && Objects.equals(getAttention(), that.getAttention());
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), getAttention());
  }

  /** Builds a {@link MultiHeadAttention}. */
  @SuppressWarnings("unchecked") // DL4J declares <E extends Layer> E build()
  public static final class Builder extends AttentionBuilder<Builder> {
    @Override
    public MultiHeadAttention build() {
      return new MultiHeadAttention(this);
    }
  }
}
