package io.github.pelab.layers.kernel;

/**
 * Products of matrices of which the second one is packed, in whatever order serves best: it is read
 * many times. Legend: n rows, I terms of a sum, O outputs.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public interface ProductKernel<A> {
  /** Outputs that are computed together: to share a product's out, cut it at multiples of this. */
  int unit();

  /** Length of a packed matrix {@code [I, O]}. */
  int packed(int terms, int outputs);

  /** Packs a matrix {@code [I, O]}. */
  void pack(Rows<A> from, int terms, int outputs, A to);

  /** Packs the transpose {@code [I, O]} of a matrix {@code [O, I]}. */
  void packTransposed(Rows<A> from, int terms, int outputs, A to);

  /**
   * to ← x · w.
   *
   * @param x {@code [n, I]}
   * @param w {@code [I, O]}, packed
   * @param to {@code [n, O]}
   */
  void product(Rows<A> x, int rows, int terms, A w, int outputs, Rows<A> to);

  /**
   * to ← xᵀ · w, or to ← to + xᵀ · w.
   *
   * @param x {@code [I, n]}
   * @param w {@code [I, O]}, packed
   * @param to {@code [n, O]}
   */
  void transposedProduct(
      Rows<A> x, int rows, int terms, A w, int outputs, Rows<A> to, boolean adds);
}
