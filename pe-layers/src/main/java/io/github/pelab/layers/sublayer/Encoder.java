package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.LayerGraph;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Embedding, blocks, norm and the mean over the tokens that are not padding.
 *
 * @param settings of each block's attention
 * @param vocabulary number of different tokens
 * @param layers number of blocks
 * @param hidden width between the two linear maps of the feed-forward parts
 * @param dropout before residual sums
 */
public record Encoder(
    AttentionSettings settings, int vocabulary, int layers, int hidden, double dropout) {
  private static final String EMBEDDING = "embedding";

  /** Block {@code index}, from 0. */
  public Block block(int index) {
    return new Block(settings, hidden, dropout, "block" + index + ".", index);
  }

  private Norm norm() {
    return new Norm(settings.width(), "norm.");
  }

  public void declare(SDLayerParams params) {
    params.addWeightParam(EMBEDDING, vocabulary, settings.width());
    for (int index = 0; index < layers; index++) {
      block(index).declare(params);
    }
    norm().declare(params);
  }

  /** The embedding's rows are drawn from a normal distribution of unit variance. */
  public void initialize(Map<String, INDArray> params, WeightInit weightInit) {
    INDArray table = params.get(EMBEDDING);
    table.assign(Nd4j.randn(table.dataType(), table.shape()));
    for (int index = 0; index < layers; index++) {
      block(index).initialize(params, weightInit);
    }
    norm().initialize(params);
  }

  /** From token numbers to {@code [B, D]}. */
  public SDVariable define(LayerGraph graph) {
    SDVariable x = graph.inputOneHot(vocabulary).mmul(graph.parameter(EMBEDDING));
    for (int index = 0; index < layers; index++) {
      x = block(index).define(graph, x);
    }
    return meanOverTokens(graph, norm().define(graph, x));
  }

  /** As a product with weights that are 1/(number of tokens) at a token and 0 at padding. */
  private SDVariable meanOverTokens(LayerGraph graph, SDVariable rows) {
    int width = settings.width();
    SDVariable sequences =
        graph
            .ops()
            .reshape(
                rows,
                graph.shape("sequences", call -> new long[] {call.batch(), call.length(), width}));
    SDVariable weights = graph.feed("pooling", new long[] {-1, 1, -1}, Encoder::poolingWeights);
    return graph
        .ops()
        .reshape(
            graph.ops().mmul(weights, sequences),
            graph.shape("pooled", call -> new long[] {call.batch(), width}));
  }

  private static INDArray poolingWeights(Call call) {
    INDArray tokens = call.tokens();
    // A sequence of nothing but padding has mean 0, not NaN.
    INDArray counts = Transforms.max(tokens.sum(true, 1), 1);
    return tokens.divColumnVector(counts).reshape('c', call.batch(), 1, call.length());
  }
}
