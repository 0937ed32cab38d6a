package io.github.pelab.layers.kernel;

import org.apache.commons.math3.special.Erf;

/** Rows as the formulas are written, in double precision. */
public final class ScalarRows implements RowKernel<double[]> {
  @Override
  public void add(double[] from, int at, int count, double[] to, int toAt) {
    for (int i = 0; i < count; i++) {
      to[toAt + i] += from[at + i];
    }
  }

  @Override
  public void addToEach(double[] row, int rows, int width, double[] to, int at) {
    for (int i = 0; i < rows * width; i++) {
      to[at + i] += row[i % width];
    }
  }

  @Override
  public void addSum(double[] from, int at, int rows, int width, double[] to) {
    for (int i = 0; i < rows * width; i++) {
      to[i % width] += from[at + i];
    }
  }

  @Override
  public void drop(
      double[] values,
      int at,
      int rows,
      int width,
      DropoutPattern pattern,
      int[] numbers,
      int first) {
    for (int i = 0; i < rows * width; i++) {
      values[at + i] *= pattern.at(numbers[first + i / width], i % width);
    }
  }

  @Override
  public void norm(
      double[] from,
      int at,
      int rows,
      int width,
      double epsilon,
      double[] gain,
      double[] bias,
      double[] to,
      int toAt) {
    for (int row = at; row < at + rows * width; row += width) {
      double mean = bias == null ? 0 : mean(from, row, width);
      double inverse = inverseDeviation(from, row, width, mean, epsilon);
      for (int c = 0; c < width; c++) {
        to[toAt - at + row + c] =
            (from[row + c] - mean) * inverse * gain[c] + (bias == null ? 0 : bias[c]);
      }
    }
  }

  @Override
  public void normGradient(
      double[] from,
      int at,
      int rows,
      int width,
      double epsilon,
      double[] gain,
      double[] gradient,
      int gradientAt,
      double[] gainGradient,
      double[] biasGradient) {
    boolean centred = biasGradient != null;
    for (int i = 0; i < rows; i++) {
      int row = at + i * width;
      int slope = gradientAt + i * width;
      double mean = centred ? mean(from, row, width) : 0;
      double inverse = inverseDeviation(from, row, width, mean, epsilon);
      double sum = 0;
      double product = 0;
      for (int c = 0; c < width; c++) {
        double normed = (from[row + c] - mean) * inverse;
        double forNormed = gradient[slope + c] * gain[c];
        gainGradient[c] += gradient[slope + c] * normed;
        if (centred) {
          biasGradient[c] += gradient[slope + c];
          sum += forNormed;
        }
        product += forNormed * normed;
      }
      for (int c = 0; c < width; c++) {
        double normed = (from[row + c] - mean) * inverse;
        gradient[slope + c] =
            inverse * (gradient[slope + c] * gain[c] - sum / width - normed * product / width);
      }
    }
  }

  private static double mean(double[] from, int row, int width) {
    double sum = 0;
    for (int c = 0; c < width; c++) {
      sum += from[row + c];
    }
    return sum / width;
  }

  private static double inverseDeviation(
      double[] from, int row, int width, double mean, double epsilon) {
    double squares = 0;
    for (int c = 0; c < width; c++) {
      squares += (from[row + c] - mean) * (from[row + c] - mean);
    }
    return 1 / Math.sqrt(squares / width + epsilon);
  }

  @Override
  public void cut(double[] values, int rows, int width, double longest) {
    for (int row = 0; row < rows * width; row += width) {
      double length = Math.sqrt(product(values, values, row, width));
      for (int c = row; length > longest && c < row + width; c++) {
        values[c] *= longest / length;
      }
    }
  }

  @Override
  public void cutGradient(double[] from, double[] gradient, int rows, int width, double longest) {
    for (int row = 0; row < rows * width; row += width) {
      double squares = product(from, from, row, width);
      double along = product(from, gradient, row, width) / squares;
      double factor = longest / Math.sqrt(squares);
      for (int c = row; factor < 1 && c < row + width; c++) {
        gradient[c] = factor * (gradient[c] - along * from[c]);
      }
    }
  }

  private static double product(double[] x, double[] y, int row, int width) {
    double product = 0;
    for (int c = row; c < row + width; c++) {
      product += x[c] * y[c];
    }
    return product;
  }

  @Override
  public void relu(double[] values, int at, int count) {
    for (int i = at; i < at + count; i++) {
      values[i] = Math.max(values[i], 0);
    }
  }

  @Override
  public void reluGradient(double[] output, double[] gradient, int at, int count) {
    for (int i = at; i < at + count; i++) {
      gradient[i] = output[i] > 0 ? gradient[i] : 0;
    }
  }

  @Override
  public void gelu(double[] from, double[] to, int at, int count) {
    for (int i = at; i < at + count; i++) {
      to[i] = from[i] * normal(from[i]);
    }
  }

  @Override
  public void geluGradient(double[] from, double[] gradient, int at, int count) {
    for (int i = at; i < at + count; i++) {
      double density = Math.exp(-from[i] * from[i] / 2) / Math.sqrt(2 * Math.PI);
      gradient[i] *= normal(from[i]) + from[i] * density;
    }
  }

  /** Φ. */
  private static double normal(double x) {
    return (1 + Erf.erf(x * Math.sqrt(0.5))) / 2;
  }

  @Override
  public void rotate(double[] values, int rows, int width, double[] cos, double[] sin, int at) {
    for (int i = 0; i < rows * width; i += 2) {
      double first = values[i];
      double second = values[i + 1];
      values[i] = first * cos[at + i] + second * sin[at + i];
      values[i + 1] = second * cos[at + i + 1] + first * sin[at + i + 1];
    }
  }
}
