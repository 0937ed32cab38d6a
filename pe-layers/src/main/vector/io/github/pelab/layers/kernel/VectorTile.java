package io.github.pelab.layers.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one loop that all products are made of: a tile of {@link #ROWS} rows by {@link #WIDTH}
 * columns, in which four loads and six broadcasts feed twenty-four multiply-adds.
 */
final class VectorTile {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int L = LANES.length();

  /** Rows of a tile. */
  static final int ROWS = 6;

  /** Columns of a tile. */
  static final int WIDTH = 4 * L;

  private VectorTile() {}

  /**
   * {@code to[r, o] = Σ_t x[r, t] w[t, o]}.
   *
   * @param x entry (r, t) at {@code first + r · rowStep + t · termStep}
   * @param w entry (t, o) at {@code w0 + t · WIDTH + o}
   * @param to entry (r, o) at {@code at + r · stride + o}
   */
  static void multiply(
      float[] x,
      int first,
      int rowStep,
      int termStep,
      int terms,
      float[] w,
      int w0,
      float[] to,
      int at,
      int stride) {
    int r0 = first;
    int r1 = first + rowStep;
    int r2 = first + 2 * rowStep;
    int r3 = first + 3 * rowStep;
    int r4 = first + 4 * rowStep;
    int r5 = first + 5 * rowStep;
    FloatVector a00 = FloatVector.zero(LANES);
    FloatVector a01 = FloatVector.zero(LANES);
    FloatVector a02 = FloatVector.zero(LANES);
    FloatVector a03 = FloatVector.zero(LANES);
    FloatVector a10 = FloatVector.zero(LANES);
    FloatVector a11 = FloatVector.zero(LANES);
    FloatVector a12 = FloatVector.zero(LANES);
    FloatVector a13 = FloatVector.zero(LANES);
    FloatVector a20 = FloatVector.zero(LANES);
    FloatVector a21 = FloatVector.zero(LANES);
    FloatVector a22 = FloatVector.zero(LANES);
    FloatVector a23 = FloatVector.zero(LANES);
    FloatVector a30 = FloatVector.zero(LANES);
    FloatVector a31 = FloatVector.zero(LANES);
    FloatVector a32 = FloatVector.zero(LANES);
    FloatVector a33 = FloatVector.zero(LANES);
    FloatVector a40 = FloatVector.zero(LANES);
    FloatVector a41 = FloatVector.zero(LANES);
    FloatVector a42 = FloatVector.zero(LANES);
    FloatVector a43 = FloatVector.zero(LANES);
    FloatVector a50 = FloatVector.zero(LANES);
    FloatVector a51 = FloatVector.zero(LANES);
    FloatVector a52 = FloatVector.zero(LANES);
    FloatVector a53 = FloatVector.zero(LANES);
    for (int t = 0; t < terms; t++) {
      int term = t * termStep;
      int from = w0 + t * WIDTH;
      FloatVector y0 = FloatVector.fromArray(LANES, w, from);
      FloatVector y1 = FloatVector.fromArray(LANES, w, from + L);
      FloatVector y2 = FloatVector.fromArray(LANES, w, from + 2 * L);
      FloatVector y3 = FloatVector.fromArray(LANES, w, from + 3 * L);
      FloatVector v = FloatVector.broadcast(LANES, x[r0 + term]);
      a00 = y0.fma(v, a00);
      a01 = y1.fma(v, a01);
      a02 = y2.fma(v, a02);
      a03 = y3.fma(v, a03);
      v = FloatVector.broadcast(LANES, x[r1 + term]);
      a10 = y0.fma(v, a10);
      a11 = y1.fma(v, a11);
      a12 = y2.fma(v, a12);
      a13 = y3.fma(v, a13);
      v = FloatVector.broadcast(LANES, x[r2 + term]);
      a20 = y0.fma(v, a20);
      a21 = y1.fma(v, a21);
      a22 = y2.fma(v, a22);
      a23 = y3.fma(v, a23);
      v = FloatVector.broadcast(LANES, x[r3 + term]);
      a30 = y0.fma(v, a30);
      a31 = y1.fma(v, a31);
      a32 = y2.fma(v, a32);
      a33 = y3.fma(v, a33);
      v = FloatVector.broadcast(LANES, x[r4 + term]);
      a40 = y0.fma(v, a40);
      a41 = y1.fma(v, a41);
      a42 = y2.fma(v, a42);
      a43 = y3.fma(v, a43);
      v = FloatVector.broadcast(LANES, x[r5 + term]);
      a50 = y0.fma(v, a50);
      a51 = y1.fma(v, a51);
      a52 = y2.fma(v, a52);
      a53 = y3.fma(v, a53);
    }
    a00.intoArray(to, at);
    a01.intoArray(to, at + L);
    a02.intoArray(to, at + 2 * L);
    a03.intoArray(to, at + 3 * L);
    a10.intoArray(to, at + stride);
    a11.intoArray(to, at + stride + L);
    a12.intoArray(to, at + stride + 2 * L);
    a13.intoArray(to, at + stride + 3 * L);
    a20.intoArray(to, at + 2 * stride);
    a21.intoArray(to, at + 2 * stride + L);
    a22.intoArray(to, at + 2 * stride + 2 * L);
    a23.intoArray(to, at + 2 * stride + 3 * L);
    a30.intoArray(to, at + 3 * stride);
    a31.intoArray(to, at + 3 * stride + L);
    a32.intoArray(to, at + 3 * stride + 2 * L);
    a33.intoArray(to, at + 3 * stride + 3 * L);
    a40.intoArray(to, at + 4 * stride);
    a41.intoArray(to, at + 4 * stride + L);
    a42.intoArray(to, at + 4 * stride + 2 * L);
    a43.intoArray(to, at + 4 * stride + 3 * L);
    a50.intoArray(to, at + 5 * stride);
    a51.intoArray(to, at + 5 * stride + L);
    a52.intoArray(to, at + 5 * stride + 2 * L);
    a53.intoArray(to, at + 5 * stride + 3 * L);
  }

  /** {@code to[r, o] += from[r, o]}, from as a tile of its own. */
  static void add(float[] from, float[] to, int at, int stride) {
    for (int r = 0; r < ROWS; r++) {
      for (int o = 0; o < WIDTH; o += L) {
        FloatVector.fromArray(LANES, to, at + r * stride + o)
            .add(FloatVector.fromArray(LANES, from, r * WIDTH + o))
            .intoArray(to, at + r * stride + o);
      }
    }
  }

  /** Rows as lanes, in single precision: {@code [size][WIDTH]}, zeros where there are no more. */
  static void lanes(Rows<double[]> of, int first, int rows, int size, float[] to) {
    for (int c = 0; c < size; c++) {
      int at = of.offset() + first * of.stride() + c;
      for (int r = 0; r < WIDTH; r++, at += of.stride()) {
        to[c * WIDTH + r] = r < rows ? (float) of.data()[at] : 0;
      }
    }
  }

  /** The smallest multiple of {@code unit} that is no less than {@code size}. */
  static int padded(int size, int unit) {
    return (size + unit - 1) / unit * unit;
  }
}
