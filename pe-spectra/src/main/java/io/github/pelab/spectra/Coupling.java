package io.github.pelab.spectra;

/**
 * How content and position are brought together in logits. Legend: n tokens, K head size, r = i − j
 * the lag of query i and key j.
 *
 * <p>Additive schemes give content logits + bias(r). RoPE multiplies, but is no single Hadamard
 * product: it is a sum of one for each pair, Re Σ_p W_p ∘ E_p with W_p[i,j] = q_p(i) conj(k_p(j))
 * and E_p[i,j] = e^(iθ_p r), and what holds for one W ∘ E need not hold for it.
 */
public final class Coupling {

  private Coupling() {}

  /** W ∘ E, the product entry by entry. */
  public static double[][] hadamard(double[][] w, double[][] e) {
    int n = Shape.order("w", w, "e", e);
    double[][] product = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        product[i][j] = w[i][j] * e[i][j];
      }
    }
    return product;
  }

  /** A + B. */
  public static double[][] sum(double[][] a, double[][] b) {
    int n = Shape.order("a", a, "b", b);
    double[][] sum = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        sum[i][j] = a[i][j] + b[i][j];
      }
    }
    return sum;
  }

  /**
   * Logits of content alone, scale · q kᵀ.
   *
   * @param q {@code [n][K]}
   * @param k {@code [n][K]}
   * @param scale finite, 1/√K in most models
   * @return {@code [n][n]}
   */
  public static double[][] content(double[][] q, double[][] k, double scale) {
    return rotary(q, k, new double[0][], new double[0][], scale);
  }

  /**
   * Logits of queries and keys whose pairs are turned by position: with q_p = q[2p] + i q[2p+1],
   * and k_p likewise,
   *
   * <pre>
   *   L[i,j] = scale · ( Re Σ_p q_p(i) conj(k_p(j)) e^(iθ_p r)  +  Σ_rest q[c](i) k[c](j) )
   * </pre>
   *
   * where the rest are the components after the last pair: those that are not turned may be left
   * out of the tables, and the last one of an odd K has to be.
   *
   * @param q {@code [n][K]}
   * @param k {@code [n][K]}
   * @param cos cos θ_p r at {@code [p][r + n − 1]}, of K/2 pairs at most
   * @param sin sin θ_p r, likewise
   * @return {@code [n][n]}
   */
  public static double[][] rotary(
      double[][] q, double[][] k, double[][] cos, double[][] sin, double scale) {
    int n = q.length;
    int headSize = Shape.columns("q", q);
    if (Shape.columns("k", k) != headSize || k.length != n) {
      throw new IllegalArgumentException(
          "q and k: found [%d][%d] and [%d][%d]; give two of one shape"
              .formatted(n, headSize, k.length, k[0].length));
    }
    requirePairs(cos, sin, n, headSize);
    Shape.requireFinite("scale", new double[] {scale});
    double[][] logits = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int p = 0; p < cos.length; p++) {
          double a = q[i][2 * p];
          double b = q[i][2 * p + 1];
          double c = k[j][2 * p];
          double d = k[j][2 * p + 1];
          int at = i - j + n - 1;
          sum += (a * c + b * d) * cos[p][at] - (b * c - a * d) * sin[p][at];
        }
        for (int c = 2 * cos.length; c < headSize; c++) {
          sum += q[i][c] * k[j][c];
        }
        logits[i][j] = scale * sum;
      }
    }
    return logits;
  }

  /**
   * Logits with a number added that depends on the lag, L[i,j] + bias[i − j + n − 1].
   *
   * @param logits {@code [n][n]}
   * @param bias 2n − 1 values
   */
  public static double[][] plusLagBias(double[][] logits, double[] bias) {
    Shape.requireLags("bias", bias, Shape.order("logits", logits));
    return sum(logits, ToeplitzKernel.of(bias).dense());
  }

  static void requirePairs(double[][] cos, double[][] sin, int length, int headSize) {
    if (cos.length != sin.length || 2 * cos.length > headSize) {
      throw new IllegalArgumentException(
          "cos, sin: found tables of %d and %d pairs; give as many of both, %d at most for K = %d"
              .formatted(cos.length, sin.length, headSize / 2, headSize));
    }
    for (int p = 0; p < cos.length; p++) {
      Shape.requireLags("cos[" + p + "]", cos[p], length);
      Shape.requireLags("sin[" + p + "]", sin[p], length);
    }
  }
}
