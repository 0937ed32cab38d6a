package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fused.FusedForm;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.scheme.Arguments;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code multi-head}: q, k, v = x W + b each, all of each head rotated (arXiv 1706.03762). */
public record MultiHead() implements AttentionForm {
  private static final List<String> NAMES = List.of("q", "k", "v");

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
    SDVariable query = Parameters.linear(graph, x, prefix + "q", settings.bias());
    SDVariable key = Parameters.linear(graph, memory, prefix + "k", settings.bias());
    SDVariable value = Parameters.linear(graph, memory, prefix + "v", settings.bias());
    return new Projected(
        settings.byHead(graph, positions.rotated(graph, query, block).mul(settings.scale()), size),
        settings.byHead(graph, positions.rotated(graph, key, block), size),
        settings.byHead(graph, value, size),
        query,
        key);
  }

  @Override
  public Optional<FusedForm> fused(AttentionSettings settings, String prefix) {
    return Optional.of(
        FusedForm.multiHead(prefix, settings.width(), settings.heads(), settings.bias()));
  }

  @Override
  public String toString() {
    return "multi-head";
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
    public AttentionForm create(Arguments arguments) {
      return new MultiHead();
    }
  }
}
