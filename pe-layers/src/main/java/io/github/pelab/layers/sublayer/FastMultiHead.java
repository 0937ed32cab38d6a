package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fast.ExpPolynomial;
import io.github.pelab.layers.fast.LogitBound;
import io.github.pelab.layers.fused.FusedForm;
import io.github.pelab.layers.kernel.FeatureKernel;
import io.github.pelab.layers.kernel.Monomials;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code fast(degree=4,bound=2,cut=false)}: multi-head attention with a polynomial p for the
 * exponential (Fast RoPE Attention, arXiv 2505.11892), in time that grows with T and not with T²
 * where there is no lag bias.
 *
 * <pre>
 *   weight[i,j] = p(c · q_i · k_j / √K) · e^(c · bias(i − j))         over their sum for i
 * </pre>
 *
 * <p>Parameters are those of {@code multi-head}: what was trained with one is evaluated with the
 * other, and no number of a head differs by more than {@link ExpPolynomial#outputError} times the
 * largest of its values. The bound is a condition: logits that may be larger, of any query that is
 * worked on and any key that is seen, are refused. Neither first nor trained parameters keep logits
 * small: to train, let queries and keys be cut, as in {@link MultiHead multi-head(bound=R)}.
 *
 * <p>Without a lag bias it is {@link io.github.pelab.layers.fast.FeatureAttention}; with one {@link
 * io.github.pelab.layers.fast.ToeplitzAttention}, in T log T, where there are so many tokens that
 * this is less work than to look at each pair, and a backward pass in T². The graph holds {@code
 * [B, H, T, T]} as ever. No weight can be dropped.
 *
 * <p>Not for short sequences, nor for large heads with any but the lowest degrees: there {@code
 * multi-head} is exact, and faster.
 *
 * @param degree of p
 * @param bound R, of logits without their bias
 * @param cut whether queries and keys are cut so that none is larger
 */
public record FastMultiHead(int degree, double bound, boolean cut) implements AttentionForm {
  private MultiHead projections() {
    return new MultiHead(cut ? bound : 0);
  }

  private ExpPolynomial polynomial() {
    return ExpPolynomial.ofDegree(degree, bound);
  }

  @Override
  public void check(AttentionSettings settings) {
    projections().check(settings);
    Monomials.require(settings.headSize(), degree);
    if (settings.dropout() > 0) {
      throw new IllegalArgumentException(
          "attention %s never holds weights that could be dropped, found dropout %s of them; drop elsewhere, or take multi-head"
              .formatted(this, settings.dropout()));
    }
  }

  @Override
  public int querySize(int headSize) {
    return projections().querySize(headSize);
  }

  @Override
  public int rotarySize(int headSize) {
    return projections().rotarySize(headSize);
  }

  @Override
  public void declare(AttentionSettings settings, String prefix, SDLayerParams params) {
    projections().declare(settings, prefix, params);
  }

  @Override
  public List<String> queryWeights() {
    return projections().queryWeights();
  }

  @Override
  public List<String> keyWeights() {
    return projections().keyWeights();
  }

  @Override
  public void initialize(
      AttentionSettings settings,
      String prefix,
      Map<String, INDArray> params,
      WeightInit weightInit) {
    projections().initialize(settings, prefix, params, weightInit);
  }

  @Override
  public Projected project(
      AttentionSettings settings,
      String prefix,
      LayerGraph graph,
      SDVariable x,
      SDVariable memory,
      int block) {
    Projected projected = projections().project(settings, prefix, graph, x, memory, block);
    SDVariable queries = squares(graph, projected.query());
    SDVariable keys = squares(graph, projected.key());
    if (!settings.seesPadding()) {
      keys =
          keys.mul(
              graph.feed(
                  "seenKeys",
                  new long[] {-1, 1, -1},
                  call -> call.keyTokens().reshape('c', call.batch(), 1, call.length())));
    }
    SameDiff ops = graph.ops();
    SDVariable largest = ops.math().sqrt(ops.max(queries, 2).mul(ops.max(keys, 2))).max();
    ExpPolynomial polynomial = polynomial();
    polynomial.requirePrecision(
        x.dataType() == DataType.DOUBLE ? FeatureKernel.DOUBLE : FeatureKernel.SINGLE);
    graph.require("largestLogit" + block, largest, value -> require(polynomial, value, block));
    return projected;
  }

  private static void require(ExpPolynomial polynomial, double largest, int block) {
    try {
      LogitBound.require(polynomial, largest);
    } catch (IllegalStateException e) {
      throw new IllegalStateException("block %d: %s".formatted(block, e.getMessage()), e);
    }
  }

  /** Of {@code [B, H, T, K]}, {@code [B, H, T]}. */
  private static SDVariable squares(LayerGraph graph, SDVariable x) {
    return graph.ops().sum(x.mul(x), 3);
  }

  @Override
  public SDVariable weights(
      LayerGraph graph, SDVariable logits, List<SDVariable> biases, SDVariable visibility) {
    SDVariable content = logits;
    SDVariable exponent = visibility;
    for (SDVariable bias : biases) {
      content = content.sub(bias);
      exponent = exponent.add(bias);
    }
    double[] coefficients = polynomial().coefficients();
    SameDiff ops = graph.ops();
    // What is not seen may be so large that powers of it are no numbers.
    content = content.div(bound).mul(ops.math().exp(visibility));
    SDVariable value = content.mul(coefficients[degree]);
    for (int m = degree - 1; m > 0; m--) {
      value = value.add(coefficients[m]).mul(content);
    }
    SDVariable weights = value.add(coefficients[0]).mul(ops.math().exp(exponent));
    return weights.div(ops.sum(weights, true, 3));
  }

  @Override
  public Optional<FusedForm> fused(AttentionSettings settings, String prefix) {
    return projections().fused(settings, prefix).map(form -> form.by(polynomial()));
  }

  @Override
  public String toString() {
    return new Expression("fast")
        .option("degree", degree, Factory.DEGREE)
        .option("bound", bound, Factory.BOUND)
        .option("cut", cut, false)
        .toString();
  }

  /** Makes {@code fast}. */
  public static final class Factory implements FormFactory {
    private static final int DEGREE = 4;
    private static final double BOUND = 2;

    @Override
    public String name() {
      return "fast";
    }

    @Override
    public String description() {
      return "multi-head by a polynomial of small logits, in linear time without a lag bias (arXiv 2505.11892)";
    }

    @Override
    public List<Option> options() {
      return List.of(
          new Option("degree", "4", "of the polynomial; each more is less error and more time"),
          new Option("bound", "2", "of the logits without lag bias: larger ones are refused"),
          new Option("cut", "false", "whether longer queries and keys are cut, so that none is"));
    }

    @Override
    public AttentionForm create(Arguments arguments) {
      FastMultiHead form =
          new FastMultiHead(
              arguments.wholeNumber(1, ExpPolynomial.HIGHEST_DEGREE, "degree"),
              arguments.numberAbove(0, "bound"),
              arguments.flag("cut"));
      form.polynomial(); // says so if there is none that is of use
      return form;
    }
  }
}
