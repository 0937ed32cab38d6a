package io.github.pelab.layers.kernel;

import io.github.pelab.layers.kernel.FeatureKernel.Others;
import io.github.pelab.layers.kernel.FeatureKernel.Triangle;

/** Pairs of rows as the formulas are written, in double precision. */
final class ScalarTriangle implements Triangle {
  private final double[] coefficients;
  private final int variables;
  private final int columns;

  ScalarTriangle(double[] coefficients, int variables, int columns) {
    this.coefficients = coefficients;
    this.variables = variables;
    this.columns = columns;
  }

  @Override
  public void times(Rows<double[]> x, Others others, int rows, Rows<double[]> to) {
    eachPair(
        others,
        rows,
        (i, j) -> {
          double weight = value(dot(x, i, others.x(), j, variables));
          add(others.y(), j, weight, columns, to, i);
        });
  }

  @Override
  public void slope(
      Rows<double[]> x, Rows<double[]> y, Others others, int rows, Rows<double[]> to) {
    eachPair(
        others,
        rows,
        (i, j) -> {
          double worth = dot(y, i, others.y(), j, columns);
          double slope = worth * slope(dot(x, i, others.x(), j, variables));
          add(others.x(), j, slope, variables, to, i);
        });
  }

  /** What is done for a row and one that it is paired with. */
  @FunctionalInterface
  private interface Work {
    void of(int i, int j);
  }

  private static void eachPair(Others others, int rows, Work work) {
    for (int i = 0; i < rows; i++) {
      int end = others.later() ? rows : i + 1;
      for (int j = others.later() ? i : 0; j < end; j++) {
        work.of(i, j);
      }
    }
  }

  /** p(t). */
  private double value(double t) {
    double value = 0;
    for (int m = coefficients.length - 1; m >= 0; m--) {
      value = value * t + coefficients[m];
    }
    return value;
  }

  /** p'(t). */
  private double slope(double t) {
    double slope = 0;
    for (int m = coefficients.length - 1; m >= 1; m--) {
      slope = slope * t + m * coefficients[m];
    }
    return slope;
  }

  private static double dot(Rows<double[]> x, int i, Rows<double[]> y, int j, int size) {
    int at = x.offset() + i * x.stride();
    int by = y.offset() + j * y.stride();
    double dot = 0;
    for (int c = 0; c < size; c++) {
      dot += x.data()[at + c] * y.data()[by + c];
    }
    return dot;
  }

  /** to_i ← to_i + factor · from_j. */
  private static void add(
      Rows<double[]> from, int j, double factor, int size, Rows<double[]> to, int i) {
    int at = from.offset() + j * from.stride();
    int toAt = to.offset() + i * to.stride();
    for (int c = 0; c < size; c++) {
      to.data()[toAt + c] += factor * from.data()[at + c];
    }
  }
}
