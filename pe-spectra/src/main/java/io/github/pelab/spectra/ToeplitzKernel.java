package io.github.pelab.spectra;

import java.util.Arrays;
import org.hipparchus.complex.Complex;
import org.hipparchus.transform.DftNormalization;
import org.hipparchus.transform.FastFourierTransformer;
import org.hipparchus.transform.TransformType;

/**
 * A Toeplitz matrix: T[i,j] = t_r depends on the lag r = i − j alone. Legend: n tokens, t at {@code
 * [r + n − 1]}. Immutable.
 */
public final class ToeplitzKernel {
  private final double[] byLag;

  private ToeplitzKernel(double[] byLag) {
    this.byLag = byLag;
  }

  /**
   * A kernel by lag, from −(n−1) to n−1.
   *
   * @throws IllegalArgumentException unless these are 2n − 1 finite values
   */
  public static ToeplitzKernel of(double[] byLag) {
    if (byLag.length % 2 == 0) {
      throw new IllegalArgumentException(
          "byLag: found %d values; give 2n - 1, for lags from -(n-1) to n-1"
              .formatted(byLag.length));
    }
    Shape.requireLags("byLag", byLag, (byLag.length + 1) / 2);
    return new ToeplitzKernel(byLag.clone());
  }

  /** n. */
  public int length() {
    return (byLag.length + 1) / 2;
  }

  /** t_r. */
  public double at(int lag) {
    return byLag[lag + length() - 1];
  }

  /** T, {@code [n][n]}. */
  public double[][] dense() {
    int n = length();
    double[][] dense = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        dense[i][j] = at(i - j);
      }
    }
    return dense;
  }

  /** (T + Tᵀ)/2, by lag (t_r + t_−r)/2. Its symbol is the real part of this one's. */
  public ToeplitzKernel symmetricPart() {
    double[] symmetric = new double[byLag.length];
    Arrays.setAll(symmetric, at -> (byLag[at] + byLag[byLag.length - 1 - at]) / 2);
    return new ToeplitzKernel(symmetric);
  }

  /**
   * The symbol of the n lags there are, f(θ) = Σ t_r e^(irθ), a trigonometric polynomial.
   *
   * @param theta radians
   */
  public Complex symbol(double theta) {
    double real = 0;
    double imaginary = 0;
    for (int lag = 1 - length(); lag < length(); lag++) {
      real += at(lag) * Math.cos(lag * theta);
      imaginary += at(lag) * Math.sin(lag * theta);
    }
    return new Complex(real, imaginary);
  }

  /**
   * T x in O(n log n).
   *
   * @param x {@code [n]}
   */
  public double[] times(double[] x) {
    double[][] column = new double[x.length][1];
    Arrays.setAll(column, i -> new double[] {x[i]});
    return Arrays.stream(times(column)).mapToDouble(row -> row[0]).toArray();
  }

  /**
   * T X in O(n log n) for each column: T is a corner of a circulant matrix of any order N ≥ 2n − 1,
   * which the Fourier transform of order N diagonalises; N is the next power of two. As T is real,
   * two columns go through one transform, as its real and its imaginary part.
   *
   * @param x {@code [n][columns]}
   * @return {@code [n][columns]}
   */
  public double[][] times(double[][] x) {
    int columns = Shape.columns("x", x);
    int n = length();
    if (x.length != n) {
      throw new IllegalArgumentException(
          "x: found %d rows; give one for each of %d tokens".formatted(x.length, n));
    }
    int order = Math.max(1, Integer.highestOneBit(2 * n - 2) * 2);
    double[][] circulant = new double[2][order];
    for (int lag = 1 - n; lag < n; lag++) {
      circulant[0][Math.floorMod(lag, order)] = at(lag);
    }
    transform(circulant, TransformType.FORWARD);
    double[][] product = new double[n][columns];
    for (int c = 0; c < columns; c += 2) {
      int second = Math.min(c + 1, columns - 1);
      double[][] signal = new double[2][order];
      for (int i = 0; i < n; i++) {
        signal[0][i] = x[i][c];
        signal[1][i] = x[i][second];
      }
      transform(signal, TransformType.FORWARD);
      multiply(signal, circulant);
      transform(signal, TransformType.INVERSE);
      for (int i = 0; i < n; i++) {
        product[i][c] = signal[0][i];
        product[i][second] = signal[1][i];
      }
    }
    return product;
  }

  void requireSymmetric() {
    for (int lag = 1; lag < length(); lag++) {
      if (at(lag) != at(-lag)) {
        throw new IllegalArgumentException(
            "kernel: found %s at lag %d and %s at lag %d; give a symmetric one, as symmetricPart() is"
                .formatted(at(lag), lag, at(-lag), -lag));
      }
    }
  }

  private static void transform(double[][] signal, TransformType type) {
    FastFourierTransformer.transformInPlace(signal, DftNormalization.STANDARD, type);
  }

  /** signal ∘ by, of complex numbers as {@code [real, imaginary][order]}. */
  private static void multiply(double[][] signal, double[][] by) {
    for (int at = 0; at < signal[0].length; at++) {
      double real = signal[0][at] * by[0][at] - signal[1][at] * by[1][at];
      signal[1][at] = signal[0][at] * by[1][at] + signal[1][at] * by[0][at];
      signal[0][at] = real;
    }
  }
}
