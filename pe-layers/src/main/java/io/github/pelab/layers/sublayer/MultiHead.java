package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fused.FusedForm;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.layers.scheme.PositionalScheme;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code multi-head(bound=0)}: q, k, v = x W + b each, all of each head rotated (arXiv 1706.03762).
 *
 * <p>With a bound R no logit is larger, lag biases left aside: of each head, queries and keys are
 * cut to a length
 *
 * <pre>
 *   q ← q · min(1, ℓ/|q|)        k likewise        ℓ = √(R √K / c)
 * </pre>
 *
 * so that c · q_i · k_j / √K is R at most. Logits as small as that are what {@link FastMultiHead}
 * is for; this is its exact twin.
 *
 * @param bound R; 0 cuts nothing
 */
public record MultiHead(double bound) implements AttentionForm {
  private static final List<String> NAMES = List.of("q", "k", "v");

  @Override
  public void check(AttentionSettings settings) {
    PositionalScheme positions = settings.positions();
    if (bound > 0 && positions.pairMap().isPresent() && positions.rotation().isEmpty()) {
      throw new IllegalArgumentException(
          "attention %s: scheme %s stretches queries and keys after they are cut, so that no bound holds; take a scheme that turns them, or no bound"
              .formatted(this, settings.scheme()));
    }
  }

  @Override
  public int querySize(int headSize) {
    return headSize;
  }

  @Override
  public int rotarySize(int headSize) {
    return headSize;
  }

  @Override
  public void declare(AttentionSettings settings, String prefix, SDLayerParams params) {
    for (String name : NAMES) {
      Parameters.declareLinear(
          params, prefix + name, settings.width(), settings.width(), settings.bias());
    }
  }

  @Override
  public List<String> queryWeights() {
    return List.of("q.W");
  }

  @Override
  public List<String> keyWeights() {
    return List.of("k.W");
  }

  @Override
  public void initialize(
      AttentionSettings settings,
      String prefix,
      Map<String, INDArray> params,
      WeightInit weightInit) {
    for (String name : NAMES) {
      Parameters.initializeLinear(params, prefix + name, weightInit);
    }
  }

  @Override
  public Projected project(
      AttentionSettings settings,
      String prefix,
      LayerGraph graph,
      SDVariable x,
      SDVariable memory,
      int block) {
    Positions positions = new Positions(settings);
    int size = settings.headSize();
    SDVariable query = cut(settings, Parameters.linear(graph, x, prefix + "q", settings.bias()));
    SDVariable key = cut(settings, Parameters.linear(graph, memory, prefix + "k", settings.bias()));
    SDVariable value = Parameters.linear(graph, memory, prefix + "v", settings.bias());
    return new Projected(
        settings.byHead(graph, positions.rotated(graph, query, block).mul(settings.scale()), size),
        settings.byHead(graph, positions.rotated(graph, key, block), size),
        settings.byHead(graph, value, size),
        query,
        key);
  }

  /** ℓ. */
  private double longest(AttentionSettings settings) {
    return bound == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(bound / settings.scale());
  }

  /** Of {@code [B·T, H·K]}, each head's part of each row. */
  private SDVariable cut(AttentionSettings settings, SDVariable rows) {
    double longest = longest(settings);
    if (longest == Double.POSITIVE_INFINITY) {
      return rows;
    }
    SDVariable parts = rows.reshape(-1, settings.heads(), settings.headSize());
    SDVariable squares = parts.mul(parts).sum(true, 2);
    SameDiff ops = rows.getSameDiff();
    SDVariable atLeast = ops.nn().relu(squares.sub(longest * longest), 0).add(longest * longest);
    return parts.mul(ops.math().rsqrt(atLeast).mul(longest)).reshape(-1, settings.width());
  }

  @Override
  public Optional<FusedForm> fused(AttentionSettings settings, String prefix) {
    return Optional.of(
        FusedForm.multiHead(
            prefix, settings.width(), settings.heads(), settings.bias(), longest(settings)));
  }

  @Override
  public String toString() {
    return new Expression("multi-head").option("bound", bound, 0.0).toString();
  }

  /** Makes {@code multi-head}. */
  public static final class Factory implements FormFactory {
    @Override
    public String name() {
      return "multi-head";
    }

    @Override
    public String description() {
      return "queries, keys and values of each head from the token itself (arXiv 1706.03762)";
    }

    @Override
    public List<Option> options() {
      return List.of(
          new Option(
              "bound",
              "0",
              "of the logits without lag bias: longer queries and keys are cut; 0 for none"));
    }

    @Override
    public AttentionForm create(Arguments arguments) {
      return new MultiHead(arguments.numberFrom(0, "bound"));
    }
  }
}
