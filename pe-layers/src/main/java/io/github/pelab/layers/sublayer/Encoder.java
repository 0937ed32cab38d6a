package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.kernel.Kernels;
import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.KernelProgram;
import io.github.pelab.layers.runtime.LayerGraph;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Embedding, the scheme's input term, blocks, norm and the mean over the tokens that are not
 * padding.
 *
 * @param block what each block is
 * @param vocabulary number of different tokens
 * @param layers number of blocks, N
 * @param memory whether each block makes keys and values of the embedded input instead of its own
 *     stream, as the released transformer of arXiv 2505.13027 does
 * @param finalNorm whether a norm stands between the last block and the mean
 * @param poolsPadding whether the mean is over padding too
 */
public record Encoder(
    @JsonProperty("block") BlockSettings block,
    @JsonProperty("vocabulary") int vocabulary,
    @JsonProperty("layers") int layers,
    @JsonProperty("memory") boolean memory,
    @JsonProperty("finalNorm") boolean finalNorm,
    @JsonProperty("poolsPadding") boolean poolsPadding)
    implements AttentionDefinition {
  private static final String EMBEDDING = "embedding";

  public Encoder {
    require("vocabulary", vocabulary);
    require("layers", layers);
    block.attention().checked();
  }

  private static void require(String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(field + " must be at least 1, found " + value);
    }
  }

  @Override
  public AttentionSettings settings() {
    return block.attention();
  }

  private Block block(int index) {
    return new Block(block, "block" + index + ".", index);
  }

  @Override
  public Attention attention(int index) {
    return block(index).attention();
  }

  @Override
  public boolean drops() {
    return block.drops();
  }

  @Override
  public int blocks() {
    return layers;
  }

  @Override
  public int outputRank() {
    return 2;
  }

  @Override
  public void checkInput(String layer, INDArray input) {
    if (input.rank() != 2) {
      throw new IllegalArgumentException(
          "%s: input must be token numbers [batch, time], found shape %s"
              .formatted(layer, Arrays.toString(input.shape())));
    }
    checkLength(layer, input.size(1));
  }

  private Norm norm() {
    return new Norm(settings().width(), "norm.");
  }

  @Override
  public void declare(SDLayerParams params) {
    params.addWeightParam(EMBEDDING, vocabulary, settings().width());
    new Positions(settings()).declare(params, layers);
    for (int index = 0; index < layers; index++) {
      block(index).declare(params);
    }
    if (finalNorm) {
      norm().declare(params);
    }
  }

  /** The embedding's rows are drawn from a normal distribution of unit variance. */
  @Override
  public void initialize(Map<String, INDArray> params, WeightInit weightInit) {
    INDArray table = params.get(EMBEDDING);
    table.assign(Nd4j.randn(table.dataType(), table.shape()));
    new Positions(settings()).initialize(params, layers);
    for (int index = 0; index < layers; index++) {
      block(index).initialize(params, weightInit);
    }
    if (finalNorm) {
      norm().initialize(params);
    }
  }

  /** From token numbers to {@code [B, D]}. */
  @Override
  public SDVariable define(LayerGraph graph) {
    SDVariable embedded = graph.inputOneHot(vocabulary).mmul(graph.parameter(EMBEDDING));
    SDVariable input = new Positions(settings()).input(graph, embedded);
    SDVariable x = input;
    for (int index = 0; index < layers; index++) {
      x = block(index).define(graph, x, memory ? Optional.of(input) : Optional.empty());
    }
    return meanOverTokens(graph, finalNorm ? norm().define(graph, x) : x);
  }

  @Override
  public <A> Optional<KernelProgram> program(Kernels<A> kernels, DataType type) {
    return program(kernels, type, memory)
        .map(
            program -> {
              for (int index = 0; index < layers; index++) {
                block(index).addTo(program);
              }
              return program.encoder(
                  EMBEDDING,
                  vocabulary,
                  finalNorm ? norm().prefix() : null,
                  Norm.EPSILON,
                  poolsPadding);
            });
  }

  /** As a product with weights that are 1/(number of tokens) at a token and 0 at padding. */
  private SDVariable meanOverTokens(LayerGraph graph, SDVariable rows) {
    int width = settings().width();
    SDVariable sequences =
        graph
            .ops()
            .reshape(
                rows,
                graph.shape("sequences", call -> new long[] {call.batch(), call.length(), width}));
    SDVariable weights = graph.feed("pooling", new long[] {-1, 1, -1}, this::poolingWeights);
    return graph
        .ops()
        .reshape(
            graph.ops().mmul(weights, sequences),
            graph.shape("pooled", call -> new long[] {call.batch(), width}));
  }

  private INDArray poolingWeights(Call call) {
    INDArray mask = call.tokens();
    INDArray tokens = poolsPadding ? Nd4j.onesLike(mask) : mask;
    // A sequence of nothing but padding has mean 0, not NaN.
    INDArray counts = Transforms.max(tokens.sum(true, 1), 1);
    return tokens.divColumnVector(counts).reshape('c', call.batch(), 1, call.length());
  }
}
