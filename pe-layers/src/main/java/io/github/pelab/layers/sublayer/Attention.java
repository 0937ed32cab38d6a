package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.runtime.LayerGraph.Site;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Multi-head attention (Vaswani et al., arXiv 1706.03762) with a positional scheme. Legend: B
 * batch, T time, H heads, K head size, D = H·K width.
 *
 * <pre>
 *   q, k, v = x W + b each
 *   logit[i,j] = R_i q_i · R_j k_j / √K + bias(i − j)      R: the scheme's rotation
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
   * gives no NaN; so low that its exponential is exactly zero beside any real logit.
   */
  private static final double UNSEEN = -1e9;

  @Override
  public Attention attention() {
    return this;
  }

  @Override
  public void declare(SDLayerParams params) {
    for (String name : new String[] {"q", "k", "v", "o"}) {
      Parameters.declareLinear(params, prefix + name, settings.width(), settings.width());
    }
  }

  @Override
  public void initialize(Map<String, INDArray> params, WeightInit weightInit) {
    for (String name : new String[] {"q", "k", "v", "o"}) {
      Parameters.initializeLinear(params, prefix + name, weightInit);
    }
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
  public SDVariable define(LayerGraph graph, SDVariable x) {
    Positions positions = new Positions(settings);
    SDVariable query =
        positions.rotated(graph, linear(graph, x, "q")).mul(1 / Math.sqrt(settings.headSize()));
    SDVariable key = positions.rotated(graph, linear(graph, x, "k"));
    SDVariable value = linear(graph, x, "v");

    SDVariable logits =
        graph.ops().mmul(byHead(graph, query), byHead(graph, key), false, true, false);
    logits = graph.site(Site.LOGITS, block, positions.biased(graph, logits, block));
    SDVariable weights = graph.ops().nn().softmax(logits.add(visibility(graph)), -1);
    weights = graph.site(Site.WEIGHTS, block, weights);
    weights =
        graph.dropout(
            weights,
            settings.dropout(),
            prefix + "weights",
            call -> new long[] {call.batch(), settings.heads(), call.length(), call.length()});

    SDVariable heads = graph.ops().mmul(weights, byHead(graph, value));
    heads =
        graph
            .ops()
            .reshape(
                graph.ops().permute(heads, 0, 2, 1, 3),
                graph.shape("rows", call -> new long[] {call.rows(), settings.width()}));
    heads = graph.site(Site.HEADS, block, graph.gated(heads, block, settings.width()));
    return graph.site(Site.OUTPUT, block, linear(graph, heads, "o"));
  }

  private SDVariable linear(LayerGraph graph, SDVariable x, String name) {
    return x.mmul(graph.parameter(prefix + name + ".W")).add(graph.parameter(prefix + name + ".b"));
  }

  /** {@code [B·T, D]} as {@code [B, H, T, K]}. */
  private SDVariable byHead(LayerGraph graph, SDVariable rows) {
    SDVariable split =
        graph.shape(
            "heads",
            call ->
                new long[] {call.batch(), call.length(), settings.heads(), settings.headSize()});
    return graph.ops().permute(graph.ops().reshape(rows, split), 0, 2, 1, 3);
  }

  /** 0 where a query may see a key, {@link #UNSEEN} elsewhere: {@code [B, 1, 1 or T, T]}. */
  private SDVariable visibility(LayerGraph graph) {
    return graph.feed("visibility", new long[] {-1, 1, -1, -1}, this::visibility);
  }

  private INDArray visibility(Call call) {
    INDArray keys =
        call.tokens().rsub(1).mul(UNSEEN).reshape('c', call.batch(), 1, 1, call.length());
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
