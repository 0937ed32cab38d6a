package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fused.BlockShape;
import io.github.pelab.layers.fused.ProgramBuilder;
import io.github.pelab.layers.runtime.DropoutSite;
import io.github.pelab.layers.runtime.LayerGraph;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A pre-norm encoder block (Xiong et al., arXiv 2002.04745):
 *
 * <pre>
 *   x ← x + dropout(attention(norm(x)))
 *   x ← x + dropout(feedForward(norm(x)))
 * </pre>
 *
 * Keys and values from a memory are made of it as it is, without the norm.
 *
 * @param block what it is
 * @param prefix of its parameters' names
 * @param index its index in the layer
 */
public record Block(BlockSettings block, String prefix, int index) implements Sublayer {
  private AttentionSettings settings() {
    return block.attention();
  }

  @Override
  public Attention attention() {
    return new Attention(settings(), prefix + "attention.", index);
  }

  private Norm attentionNorm() {
    return new Norm(settings().width(), prefix + "attentionNorm.");
  }

  private Norm feedForwardNorm() {
    return new Norm(settings().width(), prefix + "feedForwardNorm.");
  }

  private FeedForward feedForward() {
    return new FeedForward(block, prefix + "feedForward.", index);
  }

  @Override
  public void declare(SDLayerParams params) {
    attentionNorm().declare(params);
    attention().declare(params);
    feedForwardNorm().declare(params);
    feedForward().declare(params);
  }

  @Override
  public void initialize(Map<String, INDArray> params, WeightInit weightInit) {
    attentionNorm().initialize(params);
    attention().initialize(params, weightInit);
    feedForwardNorm().initialize(params);
    feedForward().initialize(params, weightInit);
  }

  @Override
  public SDVariable define(LayerGraph graph, SDVariable x, Optional<SDVariable> memory) {
    SDVariable normed = attentionNorm().define(graph, x);
    SDVariable attended = attention().define(graph, normed, memory);
    SDVariable y = x.add(dropped(graph, attended, block.attentionDropout(), DropoutSite.ATTENTION));
    SDVariable fed = feedForward().define(graph, feedForwardNorm().define(graph, y));
    return y.add(dropped(graph, fed, block.outputDropout(), DropoutSite.OUTPUT));
  }

  @Override
  public void addTo(ProgramBuilder<?> program) {
    program.block(
        new BlockShape(
            block.hidden(),
            block.activation() == Activation.GELU,
            block.attentionDropout(),
            block.innerDropout(),
            block.outputDropout(),
            Norm.EPSILON),
        attention().form(),
        attention().prefix() + "o",
        settings().bias(),
        new Positions(settings()).table(index),
        attentionNorm().prefix(),
        feedForwardNorm().prefix(),
        feedForward().prefix() + "in",
        feedForward().prefix() + "out");
  }

  private SDVariable dropped(LayerGraph graph, SDVariable rows, double rate, DropoutSite site) {
    return graph.dropout(
        rows, rate, site, index, call -> new long[] {call.rows(), settings().width()});
  }
}
