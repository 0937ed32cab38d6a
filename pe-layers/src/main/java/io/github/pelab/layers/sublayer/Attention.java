package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.runtime.LayerGraph.Site;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Attention with a positional scheme. Legend: B batch, T time, H heads, K head size, D = H·K width.
 *
 * <pre>
 *   q, k, v                by the form: {@link MultiHead}, {@link LatentAttention}
 *   logit[i,j] = q_i · k_j + bias(i − j)
 *   output = concat_h( softmax_j(logit over the keys j that i may see) v ) W_o + b_o
 * </pre>
 *
 * @param settings what it is
 * @param prefix of its parameters' names
 * @param block its index in the layer
 */
public record Attention(AttentionSettings settings, String prefix, int block) implements Sublayer {
  /**
   * Added to a logit whose key may not be seen. Finite, so that a sequence of nothing but padding
   * gives no NaN in single and double precision; so low that its exponential is exactly zero beside
   * any real logit.
   */
  private static final double UNSEEN = -1e9;

  @Override
  public Attention attention() {
    return this;
  }

  @Override
  public void declare(SDLayerParams params) {
    settings.projections().declare(settings, prefix, params);
    Parameters.declareLinear(
        params, prefix + "o", settings.width(), settings.width(), settings.bias());
  }

  @Override
  public void initialize(Map<String, INDArray> params, WeightInit weightInit) {
    settings.projections().initialize(settings, prefix, params, weightInit);
    Parameters.initializeLinear(params, prefix + "o", weightInit);
  }

  /** Name of the output projection's weight. */
  public String outputWeight() {
    return prefix + "o.W";
  }

  /** Name of the output projection's bias. */
  public String outputBias() {
    return prefix + "o.b";
  }

  @Override
  public SDVariable define(LayerGraph graph, SDVariable x, Optional<SDVariable> memory) {
    AttentionForm.Projected projected =
        settings.projections().project(settings, prefix, graph, x, memory.orElse(x));
    SDVariable logits = graph.ops().mmul(projected.query(), projected.key(), false, true, false);
    logits = new Positions(settings).biased(graph, logits, block);
    logits = graph.site(Site.LOGITS, block, logits);
    SDVariable weights = graph.ops().nn().softmax(logits.add(visibility(graph)), -1);
    weights = graph.site(Site.WEIGHTS, block, weights);
    weights =
        graph.dropout(
            weights,
            settings.dropout(),
            prefix + "weights",
            call -> new long[] {call.batch(), settings.heads(), call.length(), call.length()});

    SDVariable heads = graph.ops().mmul(weights, projected.value());
    heads =
        graph
            .ops()
            .reshape(
                graph.ops().permute(heads, 0, 2, 1, 3),
                graph.shape("rows", call -> new long[] {call.rows(), settings.width()}));
    heads = graph.site(Site.HEADS, block, graph.gated(heads, block, settings.width()));
    return graph.site(
        Site.OUTPUT, block, Parameters.linear(graph, heads, prefix + "o", settings.bias()));
  }

  /** 0 where a query may see a key, {@link #UNSEEN} elsewhere: {@code [B, 1, 1 or T, T]}. */
  private SDVariable visibility(LayerGraph graph) {
    return graph.feed("visibility", new long[] {-1, 1, -1, -1}, this::visibility);
  }

  private INDArray visibility(Call call) {
    INDArray unseen = call.keyTokens().rsub(1).mul(settings.seesPadding() ? 0 : UNSEEN);
    INDArray keys = unseen.reshape('c', call.batch(), 1, 1, call.length());
    if (!settings.causal()) {
      return keys;
    }
    int length = Math.toIntExact(call.length());
    double[] later = new double[length * length];
    for (int i = 0; i < length; i++) {
      for (int j = i + 1; j < length; j++) {
        later[i * length + j] = UNSEEN;
      }
    }
    return Nd4j.createFromArray(later)
        .reshape('c', 1, 1, length, length)
        .castTo(keys.dataType())
        .add(keys);
  }
}
