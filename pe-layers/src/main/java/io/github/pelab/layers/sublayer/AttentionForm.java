package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.scheme.Arguments;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How an attention makes its queries, keys and values. Schemes plug into every form. Written {@code
 * multi-head}, or {@code mla(compressed=128,rotary=16)}. Its {@code toString()} is that expression.
 */
public sealed interface AttentionForm permits MultiHead, LatentAttention {
  /**
   * What scores and mixes: queries (already scaled) and keys {@code [B, H, T, ·]}, values likewise.
   */
  record Projected(SDVariable query, SDVariable key, SDVariable value) {}

  /** Size of the part of each head that a scheme may rotate. */
  int rotarySize(int headSize);

  /** Declares the parameters that make queries, keys and values. */
  void declare(AttentionSettings settings, String prefix, SDLayerParams params);

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
   */
  Projected project(
      AttentionSettings settings, String prefix, LayerGraph graph, SDVariable x, SDVariable memory);

  /**
   * Reads a form's expression.
   *
   * @throws IllegalArgumentException that says what was not understood and what is known instead
   */
  static AttentionForm parse(String expression) {
    Matcher matcher = Syntax.FORM.matcher(expression.strip());
    String name = matcher.matches() ? matcher.group(1) : expression;
    return switch (name) {
      case "multi-head" -> {
        Arguments.read("attention " + name, MultiHead.OPTIONS, matcher.group(2));
        yield new MultiHead();
      }
      case "mla" ->
          LatentAttention.of(
              Arguments.read("attention mla", LatentAttention.OPTIONS, matcher.group(2)));
      default ->
          throw new IllegalArgumentException(
              "unknown attention '%s'; known are multi-head, mla".formatted(expression));
    };
  }

  /** The grammar of a form's expression. */
  final class Syntax {
    private static final Pattern FORM = Pattern.compile("([a-z][a-z0-9-]*)(?:\\(([^()]*)\\))?");

    private Syntax() {}
  }
}
