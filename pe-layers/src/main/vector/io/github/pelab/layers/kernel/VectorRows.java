package io.github.pelab.layers.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows in vectors, in single precision: components run along the lanes, and what is left over at a
 * row's end is done one by one.
 */
public final class VectorRows implements RowKernel<float[]> {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int L = LANES.length();
  private static final VectorShuffle<Float> SWAPPED = VectorShuffle.fromOp(LANES, i -> i ^ 1);

  private final float[] lanes = new float[L];

  @Override
  public void addToEach(float[] row, int rows, int width, float[] to, int at) {
    for (int i = 0; i < rows; i++) {
      add(row, 0, width, to, at + i * width);
    }
  }

  @Override
  public void addSum(float[] from, int at, int rows, int width, float[] to) {
    for (int i = 0; i < rows; i++) {
      add(from, at + i * width, width, to, 0);
    }
  }

  @Override
  public void add(float[] from, int at, int count, float[] to, int toAt) {
    int whole = LANES.loopBound(count);
    for (int i = 0; i < whole; i += L) {
      FloatVector.fromArray(LANES, to, toAt + i)
          .add(FloatVector.fromArray(LANES, from, at + i))
          .intoArray(to, toAt + i);
    }
    for (int i = whole; i < count; i++) {
      to[toAt + i] += from[at + i];
    }
  }

  @Override
  public void drop(
      float[] values,
      int at,
      int rows,
      int width,
      DropoutPattern pattern,
      int[] numbers,
      int first) {
    VectorDropout dropout = new VectorDropout(pattern);
    float kept = (float) pattern.kept();
    int whole = LANES.loopBound(width);
    for (int i = 0; i < rows; i++) {
      int row = at + i * width;
      int key = pattern.rowKey(numbers[first + i]);
      for (int c = 0; c < whole; c += L) {
        FloatVector.fromArray(LANES, values, row + c)
            .mul(dropout.alongColumns(key, c))
            .intoArray(values, row + c);
      }
      for (int c = whole; c < width; c++) {
        values[row + c] *= DropoutPattern.number(key, c) < pattern.threshold() ? 0 : kept;
      }
    }
  }

  @Override
  public void norm(
      float[] from,
      int at,
      int rows,
      int width,
      double epsilon,
      float[] gain,
      float[] bias,
      float[] to,
      int toAt) {
    int whole = LANES.loopBound(width);
    for (int i = 0; i < rows; i++) {
      int row = at + i * width;
      int toRow = toAt + i * width;
      float mean = bias == null ? 0 : sum(from, row, width) / width;
      float inverse = inverseDeviation(from, row, width, mean, epsilon);
      for (int c = 0; c < whole; c += L) {
        FloatVector normed =
            FloatVector.fromArray(LANES, from, row + c)
                .sub(mean)
                .mul(inverse)
                .mul(FloatVector.fromArray(LANES, gain, c));
        if (bias != null) {
          normed = normed.add(FloatVector.fromArray(LANES, bias, c));
        }
        normed.intoArray(to, toRow + c);
      }
      for (int c = whole; c < width; c++) {
        to[toRow + c] = (from[row + c] - mean) * inverse * gain[c] + (bias == null ? 0 : bias[c]);
      }
    }
  }

  @Override
  public void normGradient(
      float[] from,
      int at,
      int rows,
      int width,
      double epsilon,
      float[] gain,
      float[] gradient,
      int gradientAt,
      float[] gainGradient,
      float[] biasGradient) {
    boolean centred = biasGradient != null;
    int whole = LANES.loopBound(width);
    for (int i = 0; i < rows; i++) {
      int row = at + i * width;
      int slope = gradientAt + i * width;
      float mean = centred ? sum(from, row, width) / width : 0;
      float inverse = inverseDeviation(from, row, width, mean, epsilon);
      FloatVector sums = FloatVector.zero(LANES);
      FloatVector products = sums;
      for (int c = 0; c < whole; c += L) {
        FloatVector out = FloatVector.fromArray(LANES, gradient, slope + c);
        FloatVector normed = FloatVector.fromArray(LANES, from, row + c).sub(mean).mul(inverse);
        FloatVector forNormed = out.mul(FloatVector.fromArray(LANES, gain, c));
        out.fma(normed, FloatVector.fromArray(LANES, gainGradient, c)).intoArray(gainGradient, c);
        if (centred) {
          out.add(FloatVector.fromArray(LANES, biasGradient, c)).intoArray(biasGradient, c);
        }
        sums = sums.add(forNormed);
        products = forNormed.fma(normed, products);
      }
      float sum = total(sums);
      float product = total(products);
      for (int c = whole; c < width; c++) {
        float normed = (from[row + c] - mean) * inverse;
        float forNormed = gradient[slope + c] * gain[c];
        gainGradient[c] += gradient[slope + c] * normed;
        if (centred) {
          biasGradient[c] += gradient[slope + c];
        }
        sum += forNormed;
        product += forNormed * normed;
      }
      sum = centred ? sum / width : 0;
      product /= width;
      for (int c = 0; c < whole; c += L) {
        FloatVector normed = FloatVector.fromArray(LANES, from, row + c).sub(mean).mul(inverse);
        FloatVector.fromArray(LANES, gradient, slope + c)
            .mul(FloatVector.fromArray(LANES, gain, c))
            .sub(sum)
            .sub(normed.mul(product))
            .mul(inverse)
            .intoArray(gradient, slope + c);
      }
      for (int c = whole; c < width; c++) {
        float normed = (from[row + c] - mean) * inverse;
        gradient[slope + c] = inverse * (gradient[slope + c] * gain[c] - sum - normed * product);
      }
    }
  }

  /** Σ lanes, one after another: the order of {@code reduceLanes} changes as the JVM compiles. */
  private float total(FloatVector vector) {
    vector.intoArray(lanes, 0);
    float total = 0;
    for (float lane : lanes) {
      total += lane;
    }
    return total;
  }

  private float sum(float[] from, int at, int width) {
    int whole = LANES.loopBound(width);
    FloatVector sums = FloatVector.zero(LANES);
    for (int c = 0; c < whole; c += L) {
      sums = sums.add(FloatVector.fromArray(LANES, from, at + c));
    }
    float sum = total(sums);
    for (int c = whole; c < width; c++) {
      sum += from[at + c];
    }
    return sum;
  }

  private float inverseDeviation(float[] from, int at, int width, float mean, double epsilon) {
    int whole = LANES.loopBound(width);
    FloatVector squares = FloatVector.zero(LANES);
    for (int c = 0; c < whole; c += L) {
      FloatVector centred = FloatVector.fromArray(LANES, from, at + c).sub(mean);
      squares = centred.fma(centred, squares);
    }
    float sum = total(squares);
    for (int c = whole; c < width; c++) {
      sum += (from[at + c] - mean) * (from[at + c] - mean);
    }
    return (float) (1 / Math.sqrt(sum / width + epsilon));
  }

  @Override
  public void cut(float[] values, int rows, int width, double longest) {
    for (int row = 0; row < rows * width; row += width) {
      double length = Math.sqrt(product(values, values, row, width));
      if (length > longest) {
        subtract(values, row, width, (float) (longest / length), values, 0);
      }
    }
  }

  @Override
  public void cutGradient(float[] from, float[] gradient, int rows, int width, double longest) {
    for (int row = 0; row < rows * width; row += width) {
      float squares = product(from, from, row, width);
      double factor = longest / Math.sqrt(squares);
      if (factor < 1) {
        float along = product(from, gradient, row, width) / squares;
        subtract(gradient, row, width, (float) factor, from, along);
      }
    }
  }

  private float product(float[] x, float[] y, int row, int width) {
    int whole = row + LANES.loopBound(width);
    FloatVector products = FloatVector.zero(LANES);
    for (int c = row; c < whole; c += L) {
      products =
          FloatVector.fromArray(LANES, x, c).fma(FloatVector.fromArray(LANES, y, c), products);
    }
    float product = total(products);
    for (int c = whole; c < row + width; c++) {
      product += x[c] * y[c];
    }
    return product;
  }

  /** x ← factor · (x − part · y), of one row. */
  private static void subtract(float[] x, int row, int width, float factor, float[] y, float part) {
    int whole = row + LANES.loopBound(width);
    for (int c = row; c < whole; c += L) {
      FloatVector.fromArray(LANES, x, c)
          .sub(FloatVector.fromArray(LANES, y, c).mul(part))
          .mul(factor)
          .intoArray(x, c);
    }
    for (int c = whole; c < row + width; c++) {
      x[c] = factor * (x[c] - part * y[c]);
    }
  }

  @Override
  public void relu(float[] values, int at, int count) {
    int whole = at + LANES.loopBound(count);
    for (int i = at; i < whole; i += L) {
      FloatVector.fromArray(LANES, values, i).max(0).intoArray(values, i);
    }
    for (int i = whole; i < at + count; i++) {
      values[i] = Math.max(values[i], 0);
    }
  }

  @Override
  public void reluGradient(float[] output, float[] gradient, int at, int count) {
    int whole = at + LANES.loopBound(count);
    for (int i = at; i < whole; i += L) {
      VectorMask<Float> off =
          FloatVector.fromArray(LANES, output, i).compare(VectorOperators.LE, 0);
      FloatVector.fromArray(LANES, gradient, i).blend(0, off).intoArray(gradient, i);
    }
    for (int i = whole; i < at + count; i++) {
      gradient[i] = output[i] > 0 ? gradient[i] : 0;
    }
  }

  @Override
  public void gelu(float[] from, float[] to, int at, int count) {
    int end = at + count;
    int whole = at + LANES.loopBound(count);
    for (int i = at; i < whole; i += L) {
      FloatVector x = FloatVector.fromArray(LANES, from, i);
      x.mul(normal(x, bell(x))).intoArray(to, i);
    }
    if (whole < end) {
      VectorMask<Float> rest = LANES.indexInRange(whole, end);
      FloatVector x = FloatVector.fromArray(LANES, from, whole, rest);
      x.mul(normal(x, bell(x))).intoArray(to, whole, rest);
    }
  }

  @Override
  public void geluGradient(float[] from, float[] gradient, int at, int count) {
    int end = at + count;
    int whole = at + LANES.loopBound(count);
    for (int i = at; i < whole; i += L) {
      FloatVector x = FloatVector.fromArray(LANES, from, i);
      FloatVector.fromArray(LANES, gradient, i).mul(geluSlope(x)).intoArray(gradient, i);
    }
    if (whole < end) {
      VectorMask<Float> rest = LANES.indexInRange(whole, end);
      FloatVector x = FloatVector.fromArray(LANES, from, whole, rest);
      FloatVector.fromArray(LANES, gradient, whole, rest)
          .mul(geluSlope(x))
          .intoArray(gradient, whole, rest);
    }
  }

  private static FloatVector geluSlope(FloatVector x) {
    FloatVector bell = bell(x);
    return x.mul(bell).mul((float) (1 / Math.sqrt(2 * Math.PI))).add(normal(x, bell));
  }

  /** e^(−x²/2). */
  private static FloatVector bell(FloatVector x) {
    return VectorExp.of(x.mul(x).mul(-0.5f));
  }

  /**
   * Φ(x) to 1e-7, from the error function's approximation 7.1.26 of Abramowitz and Stegun.
   *
   * @param bell e^(−x²/2)
   */
  private static FloatVector normal(FloatVector x, FloatVector bell) {
    FloatVector one = FloatVector.broadcast(LANES, 1);
    FloatVector t = one.div(x.abs().mul((float) (0.3275911 * Math.sqrt(0.5))).add(1));
    FloatVector p = FloatVector.broadcast(LANES, (float) 1.061405429);
    p = p.fma(t, FloatVector.broadcast(LANES, (float) -1.453152027));
    p = p.fma(t, FloatVector.broadcast(LANES, (float) 1.421413741));
    p = p.fma(t, FloatVector.broadcast(LANES, (float) -0.284496736));
    p = p.fma(t, FloatVector.broadcast(LANES, (float) 0.254829592));
    FloatVector below = p.mul(t).mul(bell).mul(0.5f); // Φ(−|x|)
    return below.blend(one.sub(below), x.compare(VectorOperators.GT, 0));
  }

  @Override
  public void rotate(float[] values, int rows, int width, float[] cos, float[] sin, int at) {
    int count = rows * width;
    int whole = L < 2 ? 0 : LANES.loopBound(count);
    for (int i = 0; i < whole; i += L) {
      FloatVector x = FloatVector.fromArray(LANES, values, i);
      x.mul(FloatVector.fromArray(LANES, cos, at + i))
          .add(x.rearrange(SWAPPED).mul(FloatVector.fromArray(LANES, sin, at + i)))
          .intoArray(values, i);
    }
    for (int i = whole; i < count; i += 2) {
      float first = values[i];
      float second = values[i + 1];
      values[i] = first * cos[at + i] + second * sin[at + i];
      values[i + 1] = second * cos[at + i + 1] + first * sin[at + i + 1];
    }
  }
}
