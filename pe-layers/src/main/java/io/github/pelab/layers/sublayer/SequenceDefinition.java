package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.LayerGraph;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer from {@code [B, T, D]} to {@code [B, T, D]} with one attention in it. */
interface SequenceDefinition extends AttentionDefinition {
  /**
   * What the layer computes on rows.
   *
   * @param x rows {@code [B·T, D]}
   */
  SDVariable define(LayerGraph graph, SDVariable x);

  @Override
  default SDVariable define(LayerGraph graph) {
    int width = settings().width();
    return graph.outputOf(define(graph, graph.inputRows(width)), width);
  }

  @Override
  default void checkInput(String layer, INDArray input) {
    if (input.rank() != 3 || input.size(2) != settings().width()) {
      throw new IllegalArgumentException(
          "%s: input must be [batch, time, %d], found %s"
              .formatted(layer, settings().width(), Arrays.toString(input.shape())));
    }
    checkLength(layer, input.size(1));
  }

  @Override
  default int outputRank() {
    return 3;
  }

  @Override
  default int blocks() {
    return 1;
  }
}
