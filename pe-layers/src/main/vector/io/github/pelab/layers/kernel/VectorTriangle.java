package io.github.pelab.layers.kernel;

import static io.github.pelab.layers.kernel.VectorTile.ROWS;
import static io.github.pelab.layers.kernel.VectorTile.WIDTH;
import static io.github.pelab.layers.kernel.VectorTile.padded;

import io.github.pelab.layers.kernel.FeatureKernel.Others;
import io.github.pelab.layers.kernel.FeatureKernel.Triangle;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Pairs of rows in vectors, in single precision: rows along the lanes, the others one below the
 * other, so that logits and what is made of them are {@linkplain VectorTile tiles}.
 */
final class VectorTriangle implements Triangle {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int L = LANES.length();

  private final float[] coefficients;
  private final float[] slopes;
  private final int variables;
  private final int columns;

  // The others, row after row: a tile may read on a little.
  private final int variableStride;
  private final int columnStride;
  private final float[] otherVariables;
  private final float[] otherColumns;

  // Rows along the lanes: of each variable, column or other WIDTH numbers.
  private final float[] rowVariables;
  private final float[] rowColumns;
  private final float[] weights;
  private final float[] worth;

  private final float[] tile = new float[ROWS * WIDTH];

  VectorTriangle(double[] coefficients, int variables, int columns, int most) {
    this.variables = variables;
    this.columns = columns;
    this.coefficients = new float[coefficients.length];
    slopes = new float[coefficients.length - 1];
    for (int m = 0; m < coefficients.length; m++) {
      this.coefficients[m] = (float) coefficients[m];
      if (m > 0) {
        slopes[m - 1] = (float) (m * coefficients[m]);
      }
    }
    variableStride = padded(variables, ROWS);
    columnStride = padded(columns, ROWS);
    int others = most + ROWS;
    otherVariables = new float[others * variableStride];
    otherColumns = new float[others * columnStride];
    rowVariables = new float[variables * WIDTH];
    rowColumns = new float[columns * WIDTH];
    weights = new float[others * WIDTH];
    worth = new float[others * WIDTH];
  }

  @Override
  public void times(Rows<double[]> x, Others others, int rows, Rows<double[]> to) {
    read(others, rows);
    for (int first = 0; first < rows; first += WIDTH) {
      int inBlock = Math.min(WIDTH, rows - first);
      int from = others.later() ? first : 0;
      int end = others.later() ? rows : first + inBlock;
      VectorTile.lanes(x, first, inBlock, variables, rowVariables);
      products(otherVariables, variableStride, from, end, variables, rowVariables, weights);
      for (int at = 0; at < (end - from) * WIDTH; at += L) {
        polynomial(coefficients, FloatVector.fromArray(LANES, weights, at)).intoArray(weights, at);
      }
      clearUnpaired(from - first, end - first, others.later());
      addSums(otherColumns, columnStride, from, end, columns, inBlock, to.from(first));
    }
  }

  @Override
  public void slope(
      Rows<double[]> x, Rows<double[]> y, Others others, int rows, Rows<double[]> to) {
    read(others, rows);
    for (int first = 0; first < rows; first += WIDTH) {
      int inBlock = Math.min(WIDTH, rows - first);
      int from = others.later() ? first : 0;
      int end = others.later() ? rows : first + inBlock;
      VectorTile.lanes(x, first, inBlock, variables, rowVariables);
      VectorTile.lanes(y, first, inBlock, columns, rowColumns);
      products(otherVariables, variableStride, from, end, variables, rowVariables, weights);
      products(otherColumns, columnStride, from, end, columns, rowColumns, worth);
      for (int at = 0; at < (end - from) * WIDTH; at += L) {
        polynomial(slopes, FloatVector.fromArray(LANES, weights, at))
            .mul(FloatVector.fromArray(LANES, worth, at))
            .intoArray(weights, at);
      }
      clearUnpaired(from - first, end - first, others.later());
      addSums(otherVariables, variableStride, from, end, variables, inBlock, to.from(first));
    }
  }

  private void read(Others others, int rows) {
    read(others.x(), rows, variables, otherVariables, variableStride);
    read(others.y(), rows, columns, otherColumns, columnStride);
  }

  private static void read(Rows<double[]> from, int rows, int size, float[] to, int stride) {
    for (int j = 0; j < rows; j++) {
      int at = from.offset() + j * from.stride();
      for (int c = 0; c < size; c++) {
        to[j * stride + c] = (float) from.data()[at + c];
      }
    }
  }

  /** Of others {@code [from, end)} with the rows in the lanes, {@code [end − from][WIDTH]}. */
  private static void products(
      float[] others, int stride, int from, int end, int size, float[] lanes, float[] to) {
    for (int j = from; j < end; j += ROWS) {
      VectorTile.multiply(
          others, j * stride, stride, 1, size, lanes, 0, to, (j - from) * WIDTH, WIDTH);
    }
  }

  /** Σ_m c_m t^m. */
  private static FloatVector polynomial(float[] c, FloatVector t) {
    FloatVector value = FloatVector.broadcast(LANES, c[c.length - 1]);
    for (int m = c.length - 2; m >= 0; m--) {
      value = value.mul(t).add(c[m]);
    }
    return value;
  }

  /**
   * Sets to 0 what rows have of others, numbered from the first row on, that they are not paired
   * with.
   */
  private void clearUnpaired(int from, int end, boolean later) {
    for (int j = from; j < end; j++) {
      int row = (j - from) * WIDTH;
      if (later) {
        Arrays.fill(weights, row + Math.min(WIDTH, j + 1), row + WIDTH, 0);
      } else {
        Arrays.fill(weights, row, row + Math.max(0, j), 0);
      }
    }
  }

  /** Adds to the rows what weights make of others {@code [from, end)}. */
  private void addSums(
      float[] others, int stride, int from, int end, int size, int rows, Rows<double[]> to) {
    for (int c = 0; c < size; c += ROWS) {
      VectorTile.multiply(
          others, from * stride + c, 1, stride, end - from, weights, 0, tile, 0, WIDTH);
      for (int row = 0; row < rows; row++) {
        int at = to.offset() + row * to.stride() + c;
        for (int k = 0; k < Math.min(ROWS, size - c); k++) {
          to.data()[at + k] += tile[k * WIDTH + row];
        }
      }
    }
  }
}
