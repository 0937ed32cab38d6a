package io.github.pelab.layers.fused;

import io.github.pelab.layers.scheme.PositionalScheme;
import java.util.List;

/**
 * What kernels must know of an attention, apart from its parameters. A head's query is C numbers of
 * content and R that a scheme rotates; where all are rotated, C is 0.
 *
 * @param scheme of positions
 * @param maxLength the longest sequence
 * @param width D
 * @param heads H
 * @param content C, even where R is not 0: kernels rotate neighbours
 * @param rotary R
 * @param value V, of a head's values
 * @param scale of the products of queries and keys
 * @param biasScale of lag biases
 * @param causal whether a query sees no later key
 * @param dropout of the weights
 */
public record AttentionShape(
    PositionalScheme scheme,
    int maxLength,
    int width,
    int heads,
    int content,
    int rotary,
    int value,
    double scale,
    double biasScale,
    boolean causal,
    double dropout) {
  /** Q: numbers in a head's query and key. */
  int query() {
    return content + rotary;
  }

  List<HeadGroup> groups() {
    return HeadGroup.of(heads, query());
  }
}
