package io.github.pelab.layers.kernel;

/**
 * What is done to rows between products: norms, activations, dropout, rotation. Small blocks of
 * rows, one after another from an array's start, so that what is done to them one after the other
 * is done in a core's cache. Legend: n rows, D their width.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public interface RowKernel<A> {
  /** to ← to + from, entry by entry. */
  void add(A from, int count, A to);

  /** Adds {@code row} {@code [D]} to each row. */
  void addToEach(A row, int rows, int width, A to);

  /** to ← to + Σ rows, {@code [D]}. */
  void addSum(A from, int rows, int width, A to);

  /**
   * to ← x · w, for weights that are too small for BLAS to be worth its call.
   *
   * @param x {@code [n, I]}
   * @param w {@code [I, O]}
   * @param to {@code [n, O]}
   */
  void product(A x, int rows, int inputs, A w, int outputs, A to);

  /**
   * to ← to + xᵀ · y, likewise.
   *
   * @param x {@code [n, I]}
   * @param y {@code [n, O]}
   * @param to {@code [I, O]}
   */
  void addTransposedProduct(A x, A y, int rows, int inputs, int outputs, A to);

  /** to {@code [C, R]} ← fromᵀ, from {@code [R, C]}. */
  void transpose(A from, int rows, int columns, A to);

  /** Multiplies entry {@code [i, c]} by what {@code pattern} has at row {@code numbers[i]}. */
  void drop(A values, int rows, int width, DropoutPattern pattern, int[] numbers);

  /**
   * Norm of each row:
   *
   * <pre>
   *   layer norm   (x − mean) / √(variance + ε) · gain + bias
   *   RMS norm     x / √(mean of squares + ε) · gain
   * </pre>
   *
   * @param bias null for the RMS norm
   * @param to overwritten
   */
  void norm(A from, int rows, int width, double epsilon, A gain, A bias, A to);

  /**
   * Gradients of a norm.
   *
   * @param from what the norm was given
   * @param gradient of its output; overwritten by that of its input
   * @param gainGradient added to
   * @param biasGradient added to; null for the RMS norm
   */
  void normGradient(
      A from,
      int rows,
      int width,
      double epsilon,
      A gain,
      A gradient,
      A gainGradient,
      A biasGradient);

  /** x ← max(x, 0). */
  void relu(A values, int count);

  /** Where {@code output} is not above 0, the gradient becomes 0. */
  void reluGradient(A output, int count, A gradient);

  /** to ← x Φ(x), with the normal distribution's Φ. */
  void gelu(A from, int count, A to);

  /** gradient ← gradient · (Φ(x) + x φ(x)). */
  void geluGradient(A from, int count, A gradient);

  /**
   * Maps neighbours by the tables, whose rows are as wide: x'[c] = x[c] cos[c] + x[c ^ 1] sin[c],
   * so that in a pair the first sine is −s and the second is s.
   *
   * @param at where the tables' entries for the first row begin
   */
  void rotate(A values, int rows, int width, A cos, A sin, int at);
}
