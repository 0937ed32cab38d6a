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
    for (int o = 0; o < outputs; o += WIDTH) {
      for (int r = 0; r < rows; r += ROWS) {
        tile(x, x.stride(), 1, r, rows, terms, w, o, outputs, to, false);
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
    for (int r = 0; r < rows; r += ROWS) {
      for (int o = 0; o < outputs; o += WIDTH) {
        tile(x, 1, x.stride(), r, rows, terms, w, o, outputs, to, adds);
      }
    }
  }

  private void tile(
      Rows<float[]> x,
      int rowStep,
      int termStep,
      int r,
      int rows,
      int terms,
      float[] w,
      int o,
      int outputs,
      Rows<float[]> to,
      boolean adds) {
    int count = Math.min(ROWS, rows - r);
    int width = Math.min(WIDTH, outputs - o);
    int first = x.offset() + r * rowStep;
    int at = to.offset() + r * to.stride() + o;
    boolean whole = count == ROWS && width == WIDTH;
    if (whole && !adds) {
      VectorTile.multiply(
          x.data(),
          first,
          rowStep,
          termStep,
          ROWS,
          terms,
          w,
          o * terms,
          to.data(),
          at,
          to.stride());
      return;
    }
    VectorTile.multiply(
        x.data(), first, rowStep, termStep, count, terms, w, o * terms, tile, 0, WIDTH);
    if (whole) {
      VectorTile.add(tile, ROWS, to.data(), at, to.stride());
      return;
    }
    for (int i = 0; i < count; i++, at += to.stride()) {
      for (int c = 0; c < width; c++) {
        to.data()[at + c] = (adds ? to.data()[at + c] : 0) + tile[i * WIDTH + c];
      }
    }
  }
}
