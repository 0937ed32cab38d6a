package io.github.pelab.layers.fused;

import io.github.pelab.layers.fast.ExpPolynomial;
import io.github.pelab.layers.kernel.AttentionKernel;
import io.github.pelab.layers.kernel.ProductKernel;
import io.github.pelab.layers.kernel.RowKernel;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * What one thread works with: kernels, and arrays that are as long as was ever asked for.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Scratch<A> {
  /** What an array is used for; those that are used at the same time differ. */
  enum Use {
    X,
    Y,
    QUERY,
    KEY,
    VALUE,
    QUERY_GRADIENT,
    KEY_GRADIENT,
    VALUE_GRADIENT,
    LOG_SUM,
    LAG_BIAS,
    LAG_GRADIENT,
    PART,
    UNROTATED,
    UNCUT_QUERY,
    UNCUT_KEY
  }

  private final Arithmetic<A> arithmetic;
  private final AttentionKernel<A> attention;
  private final RowKernel<A> rows;
  private final ProductKernel<A> products;
  private final Map<ExpPolynomial, AttentionKernel<A>> fast = new HashMap<>();
  private final Map<Use, A> arrays = new EnumMap<>(Use.class);

  Scratch(Arithmetic<A> arithmetic) {
    this.arithmetic = arithmetic;
    attention = arithmetic.kernels().attention();
    rows = arithmetic.kernels().rows();
    products = arithmetic.kernels().products();
  }

  /**
   * Attention of a head.
   *
   * @param polynomial for the exponential; null for none
   */
  AttentionKernel<A> attention(ExpPolynomial polynomial) {
    return polynomial == null
        ? attention
        : fast.computeIfAbsent(polynomial, arithmetic::fastAttention);
  }

  RowKernel<A> rows() {
    return rows;
  }

  ProductKernel<A> products() {
    return products;
  }

  /** An array of at least {@code length} numbers, whatever they are. */
  A array(Use use, int length) {
    A array = arithmetic.grown(arrays.get(use), length);
    arrays.put(use, array);
    return array;
  }
}
