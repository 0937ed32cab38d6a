package io.github.pelab.layers.kernel;

/**
 * Sums over keys of their monomials, of which any query then takes its own: attention by a
 * polynomial of the logits, in time that grows with the number of tokens, not with its square.
 * Legend: n rows, d numbers in a query or key, C columns of what is summed, φ(x) the monomials of a
 * row, w their weights.
 */
public interface FeatureKernel {
  /**
   * S = Σ_j w ∘ φ(x_j) ⊗ y_j, at first of no rows. In whatever precision the kernel has; it has
   * scratch memory of its own, so that one thread uses it at a time.
   */
  interface Sums {
    /** S ← 0. */
    void clear();

    /**
     * S ← S + Σ_j w ∘ φ(x_j) ⊗ y_j.
     *
     * @param x {@code [n, d]}
     * @param y {@code [n, C]}
     */
    void add(Rows<double[]> x, Rows<double[]> y, int rows);

    /**
     * to_i ← φ(x_i) S.
     *
     * @param x {@code [n, d]}
     * @param to {@code [n, C]}
     */
    void times(Rows<double[]> x, int rows, Rows<double[]> to);

    /**
     * to_i ← ∂/∂x_i of φ(x_i) S · y_i.
     *
     * @param x {@code [n, d]}
     * @param y {@code [n, C]}
     * @param to {@code [n, d]}
     */
    void slope(Rows<double[]> x, Rows<double[]> y, int rows, Rows<double[]> to);
  }

  /**
   * Rows that a row is paired with: those up to the one of its number, or from that one on.
   *
   * @param x {@code [n, d]}
   * @param y {@code [n, C]}, what each has to give
   * @param later whether they are from that one on
   */
  record Others(Rows<double[]> x, Rows<double[]> y, boolean later) {}

  /**
   * What {@link Sums} of others would give, but of those alone that a row is paired with, and pair
   * by pair: what a causal mask leaves of a few rows. Legend: p the polynomial, (u_j, v_j) the j-th
   * of the others. It has scratch memory of its own, so that one thread uses it at a time.
   */
  interface Triangle {
    /**
     * to_i ← to_i + Σ_j p(x_i · u_j) v_j.
     *
     * @param x {@code [n, d]}
     * @param to {@code [n, C]}
     */
    void times(Rows<double[]> x, Others others, int rows, Rows<double[]> to);

    /**
     * to_i ← to_i + ∂/∂x_i of Σ_j p(x_i · u_j) v_j · y_i.
     *
     * @param x {@code [n, d]}
     * @param y {@code [n, C]}
     * @param to {@code [n, d]}
     */
    void slope(Rows<double[]> x, Rows<double[]> y, Others others, int rows, Rows<double[]> to);
  }

  /**
   * What a sum of many numbers in single precision is rounded by, relative to the sum of their
   * sizes: eight units in the last place, as independent errors of some hundred additions come to.
   * The most that could be is more, and is not seen.
   */
  double SINGLE = 0x1p-21;

  /** The same in double precision. */
  double DOUBLE = 0x1p-50;

  /** What sums are rounded by: {@link #SINGLE} or {@link #DOUBLE}. */
  double roundoff();

  /**
   * Sums of no rows.
   *
   * @param weights w, one a monomial
   * @param columns C
   */
  Sums sums(Monomials monomials, double[] weights, int columns);

  /**
   * Pairs of few rows.
   *
   * @param coefficients p_0 to p_g of p(t) = Σ_m p_m t^m
   * @param variables d
   * @param columns C
   * @param most n, at most
   */
  Triangle triangle(double[] coefficients, int variables, int columns, int most);
}
