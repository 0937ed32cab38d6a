package io.github.pelab.layers.kernel;

import java.util.Arrays;
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

  @Override
  public void add(float[] from, int count, float[] to) {
    add(from, 0, count, to, 0);
  }

  @Override
  public void addToEach(float[] row, int rows, int width, float[] to) {
    for (int i = 0; i < rows; i++) {
      add(row, 0, width, to, i * width);
    }
  }

  @Override
  public void addSum(float[] from, int rows, int width, float[] to) {
    for (int i = 0; i < rows; i++) {
      add(from, i * width, width, to, 0);
    }
  }

  private static void add(float[] from, int first, int count, float[] to, int at) {
    int whole = LANES.loopBound(count);
    for (int i = 0; i < whole; i += L) {
      FloatVector.fromArray(LANES, to, at + i)
          .add(FloatVector.fromArray(LANES, from, first + i))
          .intoArray(to, at + i);
    }
    for (int i = whole; i < count; i++) {
      to[at + i] += from[first + i];
    }
  }

  @Override
  public void product(float[] x, int rows, int inputs, float[] w, int outputs, float[] to) {
    for (int i = 0; i < rows; i++) {
      Arrays.fill(to, i * outputs, (i + 1) * outputs, 0);
    }
    // Σ_c x[i, c] w[c, ·]: along x's rows, entries one apart and rows I apart.
    multiply(x, rows, inputs, 1, inputs, w, outputs, to);
  }

  @Override
  public void addTransposedProduct(
      float[] x, float[] y, int rows, int inputs, int outputs, float[] to) {
    multiply(x, inputs, 1, inputs, rows, y, outputs, to);
  }

  /**
   * {@code to[r, o] += Σ_t x[r·rowStep + t·termStep] y[t, o]}, in tiles of 4 rows by 4 vectors:
   * four loads and four broadcasts feed sixteen multiply-adds.
   */
  private static void multiply(
      float[] x,
      int rows,
      int rowStep,
      int termStep,
      int terms,
      float[] y,
      int outputs,
      float[] to) {
    int o = 0;
    for (; o + 4 * L <= outputs; o += 4 * L) {
      int r = 0;
      for (; r + 4 <= rows; r += 4) {
        tile(x, r * rowStep, rowStep, termStep, terms, y, outputs, to, r * outputs + o, o);
      }
      for (; r < rows; r++) {
        for (int q = 0; q < 4 * L; q += L) {
          column(x, r * rowStep, termStep, terms, y, outputs, to, r * outputs + o + q, o + q);
        }
      }
    }
    for (; o + L <= outputs; o += L) {
      for (int r = 0; r < rows; r++) {
        column(x, r * rowStep, termStep, terms, y, outputs, to, r * outputs + o, o);
      }
    }
    for (; o < outputs; o++) {
      for (int r = 0; r < rows; r++) {
        float sum = to[r * outputs + o];
        for (int t = 0; t < terms; t++) {
          sum += x[r * rowStep + t * termStep] * y[t * outputs + o];
        }
        to[r * outputs + o] = sum;
      }
    }
  }

  /** One row, one vector. */
  private static void column(
      float[] x,
      int first,
      int termStep,
      int terms,
      float[] y,
      int outputs,
      float[] to,
      int at,
      int o) {
    FloatVector sum = FloatVector.fromArray(LANES, to, at);
    for (int t = 0; t < terms; t++) {
      sum =
          FloatVector.fromArray(LANES, y, t * outputs + o)
              .fma(FloatVector.broadcast(LANES, x[first + t * termStep]), sum);
    }
    sum.intoArray(to, at);
  }

  private static void tile(
      float[] x,
      int first,
      int rowStep,
      int termStep,
      int terms,
      float[] y,
      int outputs,
      float[] to,
      int at,
      int o) {
    int t0 = at;
    int t1 = t0 + outputs;
    int t2 = t1 + outputs;
    int t3 = t2 + outputs;
    FloatVector a00 = FloatVector.fromArray(LANES, to, t0);
    FloatVector a01 = FloatVector.fromArray(LANES, to, t0 + L);
    FloatVector a02 = FloatVector.fromArray(LANES, to, t0 + 2 * L);
    FloatVector a03 = FloatVector.fromArray(LANES, to, t0 + 3 * L);
    FloatVector a10 = FloatVector.fromArray(LANES, to, t1);
    FloatVector a11 = FloatVector.fromArray(LANES, to, t1 + L);
    FloatVector a12 = FloatVector.fromArray(LANES, to, t1 + 2 * L);
    FloatVector a13 = FloatVector.fromArray(LANES, to, t1 + 3 * L);
    FloatVector a20 = FloatVector.fromArray(LANES, to, t2);
    FloatVector a21 = FloatVector.fromArray(LANES, to, t2 + L);
    FloatVector a22 = FloatVector.fromArray(LANES, to, t2 + 2 * L);
    FloatVector a23 = FloatVector.fromArray(LANES, to, t2 + 3 * L);
    FloatVector a30 = FloatVector.fromArray(LANES, to, t3);
    FloatVector a31 = FloatVector.fromArray(LANES, to, t3 + L);
    FloatVector a32 = FloatVector.fromArray(LANES, to, t3 + 2 * L);
    FloatVector a33 = FloatVector.fromArray(LANES, to, t3 + 3 * L);
    for (int t = 0; t < terms; t++) {
      int from = t * outputs + o;
      int row = first + t * termStep;
      FloatVector y0 = FloatVector.fromArray(LANES, y, from);
      FloatVector y1 = FloatVector.fromArray(LANES, y, from + L);
      FloatVector y2 = FloatVector.fromArray(LANES, y, from + 2 * L);
      FloatVector y3 = FloatVector.fromArray(LANES, y, from + 3 * L);
      FloatVector v = FloatVector.broadcast(LANES, x[row]);
      a00 = y0.fma(v, a00);
      a01 = y1.fma(v, a01);
      a02 = y2.fma(v, a02);
      a03 = y3.fma(v, a03);
      v = FloatVector.broadcast(LANES, x[row + rowStep]);
      a10 = y0.fma(v, a10);
      a11 = y1.fma(v, a11);
      a12 = y2.fma(v, a12);
      a13 = y3.fma(v, a13);
      v = FloatVector.broadcast(LANES, x[row + 2 * rowStep]);
      a20 = y0.fma(v, a20);
      a21 = y1.fma(v, a21);
      a22 = y2.fma(v, a22);
      a23 = y3.fma(v, a23);
      v = FloatVector.broadcast(LANES, x[row + 3 * rowStep]);
      a30 = y0.fma(v, a30);
      a31 = y1.fma(v, a31);
      a32 = y2.fma(v, a32);
      a33 = y3.fma(v, a33);
    }
    a00.intoArray(to, t0);
    a01.intoArray(to, t0 + L);
    a02.intoArray(to, t0 + 2 * L);
    a03.intoArray(to, t0 + 3 * L);
    a10.intoArray(to, t1);
    a11.intoArray(to, t1 + L);
    a12.intoArray(to, t1 + 2 * L);
    a13.intoArray(to, t1 + 3 * L);
    a20.intoArray(to, t2);
    a21.intoArray(to, t2 + L);
    a22.intoArray(to, t2 + 2 * L);
    a23.intoArray(to, t2 + 3 * L);
    a30.intoArray(to, t3);
    a31.intoArray(to, t3 + L);
    a32.intoArray(to, t3 + 2 * L);
    a33.intoArray(to, t3 + 3 * L);
  }

  @Override
  public void transpose(float[] from, int rows, int columns, float[] to) {
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < columns; c++) {
        to[c * rows + i] = from[i * columns + c];
      }
    }
  }

  @Override
  public void drop(float[] values, int rows, int width, DropoutPattern pattern, int[] numbers) {
    VectorDropout dropout = new VectorDropout(pattern);
    float kept = (float) pattern.kept();
    int whole = LANES.loopBound(width);
    for (int i = 0; i < rows; i++) {
      int at = i * width;
      int key = pattern.rowKey(numbers[i]);
      for (int c = 0; c < whole; c += L) {
        FloatVector.fromArray(LANES, values, at + c)
            .mul(dropout.alongColumns(key, c))
            .intoArray(values, at + c);
      }
      for (int c = whole; c < width; c++) {
        values[at + c] *= DropoutPattern.number(key, c) < pattern.threshold() ? 0 : kept;
      }
    }
  }

  @Override
  public void norm(
      float[] from, int rows, int width, double epsilon, float[] gain, float[] bias, float[] to) {
    int whole = LANES.loopBound(width);
    for (int i = 0; i < rows; i++) {
      int at = i * width;
      float mean = bias == null ? 0 : sum(from, at, width) / width;
      float inverse = inverseDeviation(from, at, width, mean, epsilon);
      for (int c = 0; c < whole; c += L) {
        FloatVector normed =
            FloatVector.fromArray(LANES, from, at + c)
                .sub(mean)
                .mul(inverse)
                .mul(FloatVector.fromArray(LANES, gain, c));
        if (bias != null) {
          normed = normed.add(FloatVector.fromArray(LANES, bias, c));
        }
        normed.intoArray(to, at + c);
      }
      for (int c = whole; c < width; c++) {
        to[at + c] = (from[at + c] - mean) * inverse * gain[c] + (bias == null ? 0 : bias[c]);
      }
    }
  }

  @Override
  public void normGradient(
      float[] from,
      int rows,
      int width,
      double epsilon,
      float[] gain,
      float[] gradient,
      float[] gainGradient,
      float[] biasGradient) {
    boolean centred = biasGradient != null;
    int whole = LANES.loopBound(width);
    for (int i = 0; i < rows; i++) {
      int at = i * width;
      float mean = centred ? sum(from, at, width) / width : 0;
      float inverse = inverseDeviation(from, at, width, mean, epsilon);
      FloatVector sums = FloatVector.zero(LANES);
      FloatVector products = sums;
      for (int c = 0; c < whole; c += L) {
        FloatVector out = FloatVector.fromArray(LANES, gradient, at + c);
        FloatVector normed = FloatVector.fromArray(LANES, from, at + c).sub(mean).mul(inverse);
        FloatVector forNormed = out.mul(FloatVector.fromArray(LANES, gain, c));
        out.fma(normed, FloatVector.fromArray(LANES, gainGradient, c)).intoArray(gainGradient, c);
        if (centred) {
          out.add(FloatVector.fromArray(LANES, biasGradient, c)).intoArray(biasGradient, c);
        }
        sums = sums.add(forNormed);
        products = forNormed.fma(normed, products);
      }
      float sum = sums.reduceLanes(VectorOperators.ADD);
      float product = products.reduceLanes(VectorOperators.ADD);
      for (int c = whole; c < width; c++) {
        float normed = (from[at + c] - mean) * inverse;
        float forNormed = gradient[at + c] * gain[c];
        gainGradient[c] += gradient[at + c] * normed;
        if (centred) {
          biasGradient[c] += gradient[at + c];
        }
        sum += forNormed;
        product += forNormed * normed;
      }
      sum = centred ? sum / width : 0;
      product /= width;
      for (int c = 0; c < whole; c += L) {
        FloatVector normed = FloatVector.fromArray(LANES, from, at + c).sub(mean).mul(inverse);
        FloatVector.fromArray(LANES, gradient, at + c)
            .mul(FloatVector.fromArray(LANES, gain, c))
            .sub(sum)
            .sub(normed.mul(product))
            .mul(inverse)
            .intoArray(gradient, at + c);
      }
      for (int c = whole; c < width; c++) {
        float normed = (from[at + c] - mean) * inverse;
        gradient[at + c] = inverse * (gradient[at + c] * gain[c] - sum - normed * product);
      }
    }
  }

  private static float sum(float[] from, int at, int width) {
    int whole = LANES.loopBound(width);
    FloatVector sums = FloatVector.zero(LANES);
    for (int c = 0; c < whole; c += L) {
      sums = sums.add(FloatVector.fromArray(LANES, from, at + c));
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int c = whole; c < width; c++) {
      sum += from[at + c];
    }
    return sum;
  }

  private static float inverseDeviation(
      float[] from, int at, int width, float mean, double epsilon) {
    int whole = LANES.loopBound(width);
    FloatVector squares = FloatVector.zero(LANES);
    for (int c = 0; c < whole; c += L) {
      FloatVector centred = FloatVector.fromArray(LANES, from, at + c).sub(mean);
      squares = centred.fma(centred, squares);
    }
    float sum = squares.reduceLanes(VectorOperators.ADD);
    for (int c = whole; c < width; c++) {
      sum += (from[at + c] - mean) * (from[at + c] - mean);
    }
    return (float) (1 / Math.sqrt(sum / width + epsilon));
  }

  @Override
  public void relu(float[] values, int count) {
    int whole = LANES.loopBound(count);
    for (int i = 0; i < whole; i += L) {
      FloatVector.fromArray(LANES, values, i).max(0).intoArray(values, i);
    }
    for (int i = whole; i < count; i++) {
      values[i] = Math.max(values[i], 0);
    }
  }

  @Override
  public void reluGradient(float[] output, int count, float[] gradient) {
    int whole = LANES.loopBound(count);
    for (int i = 0; i < whole; i += L) {
      VectorMask<Float> off =
          FloatVector.fromArray(LANES, output, i).compare(VectorOperators.LE, 0);
      FloatVector.fromArray(LANES, gradient, i).blend(0, off).intoArray(gradient, i);
    }
    for (int i = whole; i < count; i++) {
      gradient[i] = output[i] > 0 ? gradient[i] : 0;
    }
  }

  @Override
  public void gelu(float[] from, int count, float[] to) {
    int whole = LANES.loopBound(count);
    for (int i = 0; i < whole; i += L) {
      FloatVector x = FloatVector.fromArray(LANES, from, i);
      x.mul(normal(x, bell(x))).intoArray(to, i);
    }
    if (whole < count) {
      VectorMask<Float> rest = LANES.indexInRange(whole, count);
      FloatVector x = FloatVector.fromArray(LANES, from, whole, rest);
      x.mul(normal(x, bell(x))).intoArray(to, whole, rest);
    }
  }

  @Override
  public void geluGradient(float[] from, int count, float[] gradient) {
    int whole = LANES.loopBound(count);
    for (int i = 0; i < whole; i += L) {
      FloatVector x = FloatVector.fromArray(LANES, from, i);
      FloatVector.fromArray(LANES, gradient, i).mul(geluSlope(x)).intoArray(gradient, i);
    }
    if (whole < count) {
      VectorMask<Float> rest = LANES.indexInRange(whole, count);
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
