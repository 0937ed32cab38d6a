package io.github.pelab.layers.kernel;

/**
 * What is done to rows between products: norms, activations, dropout, rotation. Rows lie one after
 * another; {@code at} is where the first one begins, in all arrays of rows that are not said to
 * begin elsewhere. Legend: n rows, D their width.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public interface RowKernel<A> {
  /** to ← to + from, entry by entry. */
  void add(A from, int at, int count, A to, int toAt);

  /** Adds {@code row} {@code [D]} to each row. */
  void addToEach(A row, int rows, int width, A to, int at);

  /** to ← to + Σ rows, {@code [D]}. */
  void addSum(A from, int at, int rows, int width, A to);

  /** Multiplies entry {@code [i, c]} by what {@code pattern} has at {@code numbers[first + i]}. */
  void drop(
      A values, int at, int rows, int width, DropoutPattern pattern, int[] numbers, int first);

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
  void norm(A from, int at, int rows, int width, double epsilon, A gain, A bias, A to, int toAt);

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
      int at,
      int rows,
      int width,
      double epsilon,
      A gain,
      A gradient,
      int gradientAt,
      A gainGradient,
      A biasGradient);

  /** x ← x · min(1, longest/|x|), row by row; rows begin at 0. */
  void cut(A values, int rows, int width, double longest);

  /**
   * Gradient of {@link #cut}; rows begin at 0.
   *
   * @param from what was cut
   * @param gradient of what it was cut to; overwritten by that of {@code from}
   */
  void cutGradient(A from, A gradient, int rows, int width, double longest);

  /** x ← max(x, 0). */
  void relu(A values, int at, int count);

  /** Where {@code output} is not above 0, the gradient becomes 0. */
  void reluGradient(A output, A gradient, int at, int count);

  /** to ← x Φ(x), with the normal distribution's Φ. */
  void gelu(A from, A to, int at, int count);

  /** gradient ← gradient · (Φ(x) + x φ(x)). */
  void geluGradient(A from, A gradient, int at, int count);

  /**
   * Maps neighbours by the tables, whose rows are as wide: x'[c] = x[c] cos[c] + x[c ^ 1] sin[c],
   * so that in a pair the first sine is −s and the second is s.
   *
   * @param at where the tables' entries for the first row begin
   */
  void rotate(A values, int rows, int width, A cos, A sin, int at);
}
