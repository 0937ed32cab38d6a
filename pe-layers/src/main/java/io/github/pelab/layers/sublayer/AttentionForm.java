package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fused.FusedForm;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.runtime.LayerGraph;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How an attention makes its queries, keys and values. Schemes plug into every form. Immutable. Its
 * {@code toString()} is the expression that {@link AttentionForms#parse} reads back.
 */
public interface AttentionForm {
  /**
   * What scores and mixes.
   *
   * @param query rotated and scaled, {@code [B, H, T, Q]}
   * @param key rotated, likewise
   * @param value {@code [B, H, T, K]}
   * @param queries what {@code query} was before both, for observers: {@code [B·T, H·Q]}, or the
   *     same numbers in another shape
   * @param keys what {@code key} was, likewise
   */
  record Projected(
      SDVariable query, SDVariable key, SDVariable value, SDVariable queries, SDVariable keys) {}

  /**
   * Refuses settings that the form has no meaning for.
   *
   * @throws IllegalArgumentException that says what was found and what to do
   */
  default void check(AttentionSettings settings) {}

  /** Q: numbers in each head's query and key. */
  int querySize(int headSize);

  /** Size of the part of each head that a scheme may rotate. */
  int rotarySize(int headSize);

  /** Declares the parameters that make queries, keys and values. */
  void declare(AttentionSettings settings, String prefix, SDLayerParams params);

  /**
   * Names, without the prefix, of the parameters whose columns make queries head after head; what
   * heads share is none of them.
   */
  List<String> queryWeights();

  /** Those of keys, likewise. */
  List<String> keyWeights();

  /** Gives them their first values. */
  void initialize(
      AttentionSettings settings,
      String prefix,
      Map<String, INDArray> params,
      WeightInit weightInit);

  /**
   * Makes queries, keys and values.
   *
   * @param x what queries are made of, rows {@code [B·T, D]}
   * @param memory what keys and values are made of, likewise
   * @param block the attention's index in the layer
   */
  Projected project(
      AttentionSettings settings,
      String prefix,
      LayerGraph graph,
      SDVariable x,
      SDVariable memory,
      int block);

  /**
   * The weights with which values are mixed.
   *
   * @param logits {@code [B, H, T, T]}
   * @param biases by lag that are part of them, {@code [1, H, T, T]} each
   * @param visibility added to a logit: 0, or so low that nothing is left of its exponential
   */
  default SDVariable weights(
      LayerGraph graph, SDVariable logits, List<SDVariable> biases, SDVariable visibility) {
    return graph.ops().nn().softmax(logits.add(visibility), -1);
  }

  /** What each head scores with beside what its scheme adds. */
  default Set<HeadPart> parts() {
    return Set.of();
  }

  /** The same for kernels; empty for a form that has none: its layers are run by their graph. */
  default Optional<FusedForm> fused(AttentionSettings settings, String prefix) {
    return Optional.empty();
  }
}
