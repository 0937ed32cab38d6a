package io.github.pelab.layers.kernel;

import io.github.pelab.layers.kernel.Monomials.Run;
import java.util.Arrays;
import java.util.List;

/** Sums of monomials, and pairs, as the formulas are written, row by row, in double precision. */
public final class ScalarFeatures implements FeatureKernel {
  @Override
  public double roundoff() {
    return DOUBLE;
  }

  @Override
  public Sums sums(Monomials monomials, double[] weights, int columns) {
    return new DoubleSums(monomials, weights.clone(), columns);
  }

  @Override
  public Triangle triangle(double[] coefficients, int variables, int columns, int most) {
    return new ScalarTriangle(coefficients.clone(), variables, columns);
  }

  private static final class DoubleSums implements Sums {
    private final Monomials monomials;
    private final List<Run> runs;
    private final double[] weights;
    private final int columns;

    /** {@code [C][M]}. */
    private final double[][] sums;

    private final double[] features;
    private final double[] slopes;

    DoubleSums(Monomials monomials, double[] weights, int columns) {
      this.monomials = monomials;
      this.weights = weights;
      this.columns = columns;
      runs = monomials.runs();
      sums = new double[columns][monomials.count()];
      features = new double[monomials.count()];
      slopes = new double[monomials.count()];
    }

    @Override
    public void clear() {
      for (double[] column : sums) {
        Arrays.fill(column, 0);
      }
    }

    @Override
    public void add(Rows<double[]> x, Rows<double[]> y, int rows) {
      for (int j = 0; j < rows; j++) {
        features(x, j);
        for (int c = 0; c < columns; c++) {
          double factor = y.data()[y.offset() + j * y.stride() + c];
          for (int m = 0; m < features.length; m++) {
            sums[c][m] += factor * weights[m] * features[m];
          }
        }
      }
    }

    @Override
    public void times(Rows<double[]> x, int rows, Rows<double[]> to) {
      for (int i = 0; i < rows; i++) {
        features(x, i);
        for (int c = 0; c < columns; c++) {
          double sum = 0;
          for (int m = 0; m < features.length; m++) {
            sum += features[m] * sums[c][m];
          }
          to.data()[to.offset() + i * to.stride() + c] = sum;
        }
      }
    }

    @Override
    public void slope(Rows<double[]> x, Rows<double[]> y, int rows, Rows<double[]> to) {
      for (int i = 0; i < rows; i++) {
        features(x, i);
        Arrays.fill(slopes, 0);
        for (int c = 0; c < columns; c++) {
          double factor = y.data()[y.offset() + i * y.stride() + c];
          for (int m = 0; m < slopes.length; m++) {
            slopes[m] += factor * sums[c][m];
          }
        }
        int row = to.offset() + i * to.stride();
        Arrays.fill(to.data(), row, row + monomials.variables(), 0);
        for (int r = runs.size() - 1; r >= 0; r--) {
          Run run = runs.get(r);
          double factor = x.data()[x.offset() + i * x.stride() + run.variable()];
          double sum = 0;
          for (int k = 0; k < run.count(); k++) {
            sum += slopes[run.child() + k] * features[run.parent() + k];
            slopes[run.parent() + k] += factor * slopes[run.child() + k];
          }
          to.data()[row + run.variable()] += sum;
        }
      }
    }

    private void features(Rows<double[]> x, int row) {
      features[0] = 1;
      for (Run run : runs) {
        double factor = x.data()[x.offset() + row * x.stride() + run.variable()];
        for (int k = 0; k < run.count(); k++) {
          features[run.child() + k] = factor * features[run.parent() + k];
        }
      }
    }
  }
}
