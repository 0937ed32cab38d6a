package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.kernel.Kernels;
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

/**
 * A layer from {@code [B, T, D]} to {@code [B, T, D]} that is one sublayer and its scheme's terms:
 * an input term is added to all that the layer is given.
 *
 * @param drops whether training differs from inference
 * @param memory whether keys and values are made of a second input
 */
public record Alone(Sublayer sublayer, boolean drops, boolean memory)
    implements AttentionDefinition {
  /** Attention and nothing else. */
  public static Alone of(AttentionSettings settings) {
    return new Alone(new Attention(settings, "", 0), settings.dropout() > 0, false);
  }

  /** An encoder block. */
  public static Alone of(BlockSettings settings) {
    return new Alone(new Block(settings, "", 0), settings.drops(), false);
  }

  /** An encoder block with a second input, of the first one's shape: its memory. */
  public static Alone withMemory(BlockSettings settings) {
    return new Alone(new Block(settings, "", 0), settings.drops(), true);
  }

  @Override
  public AttentionSettings settings() {
    return sublayer.attention().settings();
  }

  @Override
  public Attention attention(int only) {
    return sublayer.attention();
  }

  @Override
  public void declare(SDLayerParams params) {
    new Positions(settings().checked()).declare(params, blocks());
    sublayer.declare(params);
  }

  @Override
  public void initialize(Map<String, INDArray> params, WeightInit weightInit) {
    new Positions(settings()).initialize(params, blocks());
    sublayer.initialize(params, weightInit);
  }

  @Override
  public SDVariable define(LayerGraph graph) {
    int width = settings().width();
    Positions positions = new Positions(settings());
    SDVariable rows = positions.input(graph, graph.inputRows(width));
    Optional<SDVariable> keysOf =
        memory ? Optional.of(positions.input(graph, graph.memoryRows(width))) : Optional.empty();
    return graph.outputOf(sublayer.define(graph, rows, keysOf), width);
  }

  @Override
  public <A> Optional<KernelProgram> program(Kernels<A> kernels, DataType type) {
    return program(kernels, type, memory)
        .map(
            program -> {
              sublayer.addTo(program);
              return program.sequences();
            });
  }

  @Override
  public void checkInput(String layer, INDArray input) {
    if (input.rank() != 3 || input.size(2) != settings().width()) {
      throw new IllegalArgumentException(
          "%s: input must be [batch, time, %d], found %s"
              .formatted(layer, settings().width(), Arrays.toString(input.shape())));
    }
    checkLength(layer, input.size(1));
  }

  @Override
  public int outputRank() {
    return 3;
  }

  @Override
  public int blocks() {
    return 1;
  }
}
