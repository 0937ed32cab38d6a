package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.runtime.LayerGraph.Site;
import io.github.pelab.layers.scheme.PositionTables;
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
public record Attention(AttentionSettings settings, String prefix, int block)
    implements SequenceDefinition {
  /**
   * Added to a logit whose key may not be seen. Finite, so that a sequence of nothing but padding
   * gives no NaN; so low that its exponential is exactly zero beside any real logit.
   */
  private static final double UNSEEN = -1e9;

  /** The attention of a layer that is nothing else. */
  public static Attention alone(AttentionSettings settings) {
    return new Attention(settings, "", 0);
  }

  @Override
  public Attention attention(int index) {
    return this;
  }

  @Override
  public boolean drops() {
    return settings.dropout() > 0;
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
    SDVariable query =
        rotated(graph, linear(graph, x, "q")).mul(1 / Math.sqrt(settings.headSize()));
    SDVariable key = rotated(graph, linear(graph, x, "k"));
    SDVariable value = linear(graph, x, "v");

    SDVariable logits =
        graph.ops().mmul(byHead(graph, query), byHead(graph, key), false, true, false);
    logits = graph.site(Site.LOGITS, block, biased(graph, logits));
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

  /**
   * The rotation as x ∘ C + (x P) ∘ S on rows, where P swaps the components of each pair: products
   * of equal shapes, whose gradients cost nothing more. C and S are fed at full size because
   * SameDiff's gradient of a broadcast sums over everything that it was broadcast along.
   */
  private SDVariable rotated(LayerGraph graph, SDVariable rows) {
    if (settings.positions().rotation().isEmpty()) {
      return rows;
    }
    long[] shape = {-1, settings.width()};
    SDVariable cos = graph.feed("rotation/cos", shape, call -> rotation(call, true));
    SDVariable sin = graph.feed("rotation/sin", shape, call -> rotation(call, false));
    SDVariable swap =
        graph.feed("rotation/swap", new long[] {-1, settings.width()}, call -> pairSwap());
    return rows.mul(cos).add(rows.mmul(swap).mul(sin));
  }

  /** C or S for a whole batch, {@code [B·T, D]}. S carries the sign of each component. */
  private INDArray rotation(Call call, boolean cosine) {
    int heads = settings.heads();
    int headSize = settings.headSize();
    int length = Math.toIntExact(call.length());
    PositionTables tables = PositionTables.of(settings.positions(), heads, headSize, length);
    double[] row = new double[length * heads * headSize];
    for (int t = 0, at = 0; t < length; t++) {
      for (int h = 0; h < heads; h++) {
        for (int p = 0; p < headSize / 2; p++, at += 2) {
          int entry = (h * length + t) * (headSize / 2) + p;
          row[at] = cosine ? tables.cos()[entry] : -tables.sin()[entry];
          row[at + 1] = cosine ? tables.cos()[entry] : tables.sin()[entry];
        }
      }
    }
    INDArray sequence = Nd4j.createFromArray(row).reshape('c', 1, row.length);
    return Nd4j.tile(sequence, Math.toIntExact(call.batch()), 1)
        .reshape('c', call.rows(), settings.width());
  }

  private INDArray pairSwap() {
    int width = settings.width();
    double[] swap = new double[width * width];
    for (int i = 0; i < width; i++) {
      swap[i * width + (i ^ 1)] = 1;
    }
    return Nd4j.createFromArray(swap).reshape('c', width, width);
  }

  private SDVariable biased(LayerGraph graph, SDVariable logits) {
    if (settings.positions().lagBias().isEmpty()) {
      return logits;
    }
    long[] shape = {1, settings.heads(), -1, -1};
    return logits.add(graph.feed("lagBias", shape, this::lagBias));
  }

  /** {@code [1, H, T, T]}. */
  private INDArray lagBias(Call call) {
    int length = Math.toIntExact(call.length());
    PositionTables tables =
        PositionTables.of(settings.positions(), settings.heads(), settings.headSize(), length);
    double[] bias = new double[settings.heads() * length * length];
    for (int h = 0, at = 0; h < settings.heads(); h++) {
      for (int i = 0; i < length; i++) {
        for (int j = 0; j < length; j++, at++) {
          bias[at] = tables.lagBias()[h * (2 * length - 1) + (i - j) + length - 1];
        }
      }
    }
    return Nd4j.createFromArray(bias).reshape('c', 1, settings.heads(), length, length);
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
