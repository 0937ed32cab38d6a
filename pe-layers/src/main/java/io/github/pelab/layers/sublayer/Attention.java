package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fused.FusedForm;
import io.github.pelab.layers.fused.ProgramBuilder;
import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.DropoutSite;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.runtime.LayerGraph.Site;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
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
 *   logit[i,j] = c · (q_i · k_j / √Q + bias(i − j))    c the logit scale, Q numbers in q_i and k_j
 *   output = concat_h( softmax_j(logit over the keys j that i may see) v ) W_o + b_o
 * </pre>
 *
 * A query that may see no key gets 0 in place of the mix of values.
 *
 * @param settings what it is
 * @param prefix of its parameters' names
 * @param block its index in the layer
 */
public record Attention(AttentionSettings settings, String prefix, int block) implements Sublayer {
  /**
   * Added to a logit whose key may not be seen: so low that its exponential is exactly zero beside
   * any real logit. (Of a row of nothing but this, ND4J's softmax in double is NaN.)
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
        settings.projections().project(settings, prefix, graph, x, memory.orElse(x), block);
    graph.site(Site.QUERIES, block, projected.queries());
    graph.site(Site.KEYS, block, projected.keys());
    SDVariable logits = graph.ops().mmul(projected.query(), projected.key(), false, true, false);
    List<SDVariable> biases = new Positions(settings).biases(graph, block);
    for (SDVariable bias : biases) {
      logits = logits.add(bias);
    }
    logits = graph.site(Site.LOGITS, block, logits);
    SDVariable weights = settings.projections().weights(graph, logits, biases, visibility(graph));
    weights = graph.site(Site.WEIGHTS, block, weights);
    weights =
        graph.dropout(
            weights,
            settings.dropout(),
            DropoutSite.WEIGHTS,
            block,
            call -> new long[] {call.batch(), settings.heads(), call.length(), call.length()});

    SDVariable heads = graph.ops().mmul(weights, projected.value());
    heads =
        graph
            .ops()
            .reshape(
                graph.ops().permute(heads, 0, 2, 1, 3),
                graph.shape("rows", call -> new long[] {call.rows(), settings.width()}));
    heads = blind(graph, heads);
    heads = graph.site(Site.HEADS, block, graph.gated(heads, block, settings.width()));
    return graph.site(
        Site.OUTPUT, block, Parameters.linear(graph, heads, prefix + "o", settings.bias()));
  }

  FusedForm form() {
    return settings.projections().fused(settings, prefix).orElseThrow();
  }

  @Override
  public void addTo(ProgramBuilder<?> program) {
    program.attention(form(), prefix + "o", settings.bias(), new Positions(settings).table(block));
  }

  /** 0 where a query may see a key, {@link #UNSEEN} elsewhere: {@code [B, 1, 1 or T, T]}. */
  private SDVariable visibility(LayerGraph graph) {
    return graph.feed("visibility", new long[] {-1, 1, -1, -1}, this::visibility);
  }

  /** A query that may see nothing sees everything here, and {@link #blind} makes up for it. */
  private INDArray visibility(Call call) {
    int length = Math.toIntExact(call.length());
    int queries = settings.causal() ? length : 1;
    double[] tokens = call.keyTokens().dup('c').data().asDouble();
    double[] visibility = new double[Math.toIntExact(call.rows()) * queries];
    for (int b = 0, at = 0; b < call.batch(); b++) {
      for (int i = 0; i < queries; i++, at += length) {
        for (int j = 0; j < length && sees(tokens, b, i, length); j++) {
          visibility[at + j] = seen(tokens, b, i, j, length) ? 0 : UNSEEN;
        }
      }
    }
    return Nd4j.createFromArray(visibility).reshape('c', call.batch(), 1, queries, length);
  }

  private boolean seen(double[] tokens, int b, int i, int j, int length) {
    return (settings.seesPadding() || tokens[b * length + j] != 0)
        && (!settings.causal() || j <= i);
  }

  private boolean sees(double[] tokens, int b, int i, int length) {
    return IntStream.range(0, length).anyMatch(j -> seen(tokens, b, i, j, length));
  }

  /** Rows of heads' outputs, 0 where a query may see no key. */
  private SDVariable blind(LayerGraph graph, SDVariable heads) {
    return heads.mul(graph.feed("sees", new long[] {-1, 1}, this::sees));
  }

  /** {@code [B·T, 1]}. */
  private INDArray sees(Call call) {
    int length = Math.toIntExact(call.length());
    double[] tokens = call.keyTokens().dup('c').data().asDouble();
    double[] sees = new double[tokens.length];
    for (int row = 0; row < sees.length; row++) {
      sees[row] = sees(tokens, row / length, row % length, length) ? 1 : 0;
    }
    return Nd4j.createFromArray(sees).reshape('c', call.rows(), 1);
  }
}
