package io.github.pelab.spectra;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Matrices and kernels that several tests ask about. */
final class Examples {

  private Examples() {}

  static double[][] gaussian(int rows, int columns, Random random) {
    return SyntheticContent.gaussian(rows, columns, 1, random);
  }

  static double[][] symmetric(int n, Random random) {
    double[][] drawn = gaussian(n, n, random);
    return combined(1, drawn, 1, transposed(drawn));
  }

  /** a A + b B. */
  static double[][] combined(double a, double[][] x, double b, double[][] y) {
    double[][] sum = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x[0].length; j++) {
        sum[i][j] = a * x[i][j] + b * y[i][j];
      }
    }
    return sum;
  }

  static double[][] transposed(double[][] x) {
    double[][] transposed = new double[x[0].length][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x[0].length; j++) {
        transposed[j][i] = x[i][j];
      }
    }
    return transposed;
  }

  static double[][] product(double[][] x, double[][] y) {
    double[][] product = new double[x.length][y[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y[0].length; j++) {
        for (int k = 0; k < y.length; k++) {
          product[i][j] += x[i][k] * y[k][j];
        }
      }
    }
    return product;
  }

  /** RoPE's frequencies, 10000^(−p/pairs). */
  static double[] frequencies(int pairs) {
    double[] frequencies = new double[pairs];
    Arrays.setAll(frequencies, p -> Math.pow(10000, -(double) p / pairs));
    return frequencies;
  }

  static double[][] cos(int length, double... frequencies) {
    return Arrays.stream(frequencies)
        .mapToObj(f -> byLag(length, lag -> Math.cos(f * lag)))
        .toArray(double[][]::new);
  }

  static double[][] sin(int length, double... frequencies) {
    return Arrays.stream(frequencies)
        .mapToObj(f -> byLag(length, lag -> Math.sin(f * lag)))
        .toArray(double[][]::new);
  }

  static HeadScheme rope(int length, int headSize) {
    double[] frequencies = frequencies(headSize / 2);
    return HeadScheme.ofRotation(cos(length, frequencies), sin(length, frequencies));
  }

  static double[] byLag(int length, IntToDoubleFunction value) {
    double[] values = new double[2 * length - 1];
    Arrays.setAll(values, at -> value.applyAsDouble(at - length + 1));
    return values;
  }

  static ToeplitzKernel kernel(int length, IntToDoubleFunction value) {
    return ToeplitzKernel.of(byLag(length, value));
  }

  /** The Toeplitz matrix of cos θ r: a correlation matrix. */
  static double[][] cosine(int length, double frequency) {
    return kernel(length, lag -> Math.cos(frequency * lag)).dense();
  }

  /** A correlation matrix of rank {@code rank}: the Gram matrix of random unit vectors. */
  static double[][] correlations(int n, int rank, Random random) {
    double[][] vectors = gaussian(n, rank, random);
    for (double[] vector : vectors) {
      double norm = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
      Arrays.setAll(vector, c -> vector[c] / norm);
    }
    double[][] gram = product(vectors, transposed(vectors));
    for (int i = 0; i < n; i++) {
      gram[i][i] = 1;
    }
    return gram;
  }
}
