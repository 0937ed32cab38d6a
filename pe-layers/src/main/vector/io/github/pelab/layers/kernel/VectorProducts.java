package io.github.pelab.layers.kernel;

import java.util.Arrays;

/**
 * Products in vectors, in single precision. A packed matrix lies in panels of {@link
 * VectorTile#WIDTH} columns, the last one filled up with zeros, each of which stays in the core's
 * first caches while all rows go by.
 */
public final class VectorProducts implements ProductKernel<float[]> {
  private static final int WIDTH = VectorTile.WIDTH;
  private static final int ROWS = VectorTile.ROWS;

  private final float[] tile = new float[ROWS * WIDTH];
  private float[] last = new float[0];

  @Override
  public int unit() {
    return WIDTH;
  }

  @Override
  public int packed(int terms, int outputs) {
    return terms * ((outputs + WIDTH - 1) / WIDTH * WIDTH);
  }

  @Override
  public void pack(Rows<float[]> from, int terms, int outputs, float[] to) {
    for (int o = 0, panel = 0; o < outputs; o += WIDTH, panel += terms * WIDTH) {
      int count = Math.min(WIDTH, outputs - o);
      for (int t = 0; t < terms; t++) {
        int at = panel + t * WIDTH;
        System.arraycopy(from.data(), from.offset() + t * from.stride() + o, to, at, count);
        Arrays.fill(to, at + count, at + WIDTH, 0);
      }
    }
  }

  @Override
  public void packTransposed(Rows<float[]> from, int terms, int outputs, float[] to) {
    for (int o = 0, panel = 0; o < outputs; o += WIDTH, panel += terms * WIDTH) {
      int count = Math.min(WIDTH, outputs - o);
      if (count < WIDTH) {
        Arrays.fill(to, panel, panel + terms * WIDTH, 0);
      }
      for (int i = 0; i < count; i++) {
        int row = from.offset() + (o + i) * from.stride();
        for (int t = 0, at = panel + i; t < terms; t++, at += WIDTH) {
          to[at] = from.data()[row + t];
        }
      }
    }
  }

  @Override
  public void product(
      Rows<float[]> x, int rows, int terms, float[] w, int outputs, Rows<float[]> to) {
    int whole = rows / ROWS * ROWS;
    for (int o = 0; o < outputs; o += WIDTH) {
      for (int r = 0; r < whole; r += ROWS) {
        int first = x.offset() + r * x.stride();
        tile(x.data(), first, x.stride(), 1, r, ROWS, terms, w, o, outputs, to, false);
      }
    }
    if (whole < rows) {
      last(x, x.stride(), 1, whole, rows, terms);
      for (int o = 0; o < outputs; o += WIDTH) {
        tile(last, 0, terms, 1, whole, rows - whole, terms, w, o, outputs, to, false);
      }
    }
  }

  /** Rows outside: the columns of x that a tile reads are far apart. */
  @Override
  public void transposedProduct(
      Rows<float[]> x,
      int rows,
      int terms,
      float[] w,
      int outputs,
      Rows<float[]> to,
      boolean adds) {
    int whole = rows / ROWS * ROWS;
    for (int r = 0; r < whole; r += ROWS) {
      for (int o = 0; o < outputs; o += WIDTH) {
        int first = x.offset() + r;
        tile(x.data(), first, 1, x.stride(), r, ROWS, terms, w, o, outputs, to, adds);
      }
    }
    if (whole < rows) {
      last(x, 1, x.stride(), whole, rows, terms);
      for (int o = 0; o < outputs; o += WIDTH) {
        tile(last, 0, terms, 1, whole, rows - whole, terms, w, o, outputs, to, adds);
      }
    }
  }

  /** Copies what rows are left over, so that a tile can read others beside them. */
  private void last(Rows<float[]> x, int rowStep, int termStep, int from, int rows, int terms) {
    if (last.length < ROWS * terms) {
      last = new float[ROWS * terms];
    }
    for (int r = from; r < rows; r++) {
      int row = x.offset() + r * rowStep;
      for (int t = 0; t < terms; t++) {
        last[(r - from) * terms + t] = x.data()[row + t * termStep];
      }
    }
  }

  private void tile(
      float[] x,
      int first,
      int rowStep,
      int termStep,
      int r,
      int count,
      int terms,
      float[] w,
      int o,
      int outputs,
      Rows<float[]> to,
      boolean adds) {
    int width = Math.min(WIDTH, outputs - o);
    int at = to.offset() + r * to.stride() + o;
    boolean whole = count == ROWS && width == WIDTH;
    if (whole && !adds) {
      VectorTile.multiply(
          x, first, rowStep, termStep, terms, w, o * terms, to.data(), at, to.stride());
      return;
    }
    VectorTile.multiply(x, first, rowStep, termStep, terms, w, o * terms, tile, 0, WIDTH);
    if (whole) {
      VectorTile.add(tile, to.data(), at, to.stride());
      return;
    }
    for (int i = 0; i < count; i++, at += to.stride()) {
      for (int c = 0; c < width; c++) {
        to.data()[at + c] = (adds ? to.data()[at + c] : 0) + tile[i * WIDTH + c];
      }
    }
  }
}
