package io.github.pelab.layers.kernel;

import java.util.Arrays;

/**
 * Products in vectors, in single precision. A packed matrix lies in panels of {@link
 * VectorTile#WIDTH} columns, the last one filled up with zeros.
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
    multiply(x, x.stride(), 1, rows, terms, w, outputs, to, false);
  }

  @Override
  public void transposedProduct(
      Rows<float[]> x,
      int rows,
      int terms,
      float[] w,
      int outputs,
      Rows<float[]> to,
      boolean adds) {
    multiply(x, 1, x.stride(), rows, terms, w, outputs, to, adds);
  }

  /** Panels go by within rows: those stay in the core's first cache, and may be far apart. */
  private void multiply(
      Rows<float[]> x,
      int rowStep,
      int termStep,
      int rows,
      int terms,
      float[] w,
      int outputs,
      Rows<float[]> to,
      boolean adds) {
    for (int r = 0; r < rows; r += ROWS) {
      int count = Math.min(ROWS, rows - r);
      int first = x.offset() + r * rowStep;
      boolean enough = count == ROWS;
      if (!enough) {
        last(x.data(), first, rowStep, termStep, count, terms);
      }
      for (int o = 0; o < outputs; o += WIDTH) {
        int width = Math.min(WIDTH, outputs - o);
        int at = to.offset() + r * to.stride() + o;
        boolean whole = enough && width == WIDTH;
        boolean direct = whole && !adds;
        VectorTile.multiply(
            enough ? x.data() : last,
            enough ? first : 0,
            enough ? rowStep : terms,
            enough ? termStep : 1,
            terms,
            w,
            o * terms,
            direct ? to.data() : tile,
            direct ? at : 0,
            direct ? to.stride() : WIDTH);
        if (whole && adds) {
          VectorTile.add(tile, to.data(), at, to.stride());
        } else if (!whole) {
          part(count, width, to.data(), at, to.stride(), adds);
        }
      }
    }
  }

  /** Copies the rows that are left over, so that a tile can read others beside them. */
  private void last(float[] x, int first, int rowStep, int termStep, int count, int terms) {
    if (last.length < ROWS * terms) {
      last = new float[ROWS * terms];
    }
    for (int r = 0; r < count; r++) {
      for (int t = 0; t < terms; t++) {
        last[r * terms + t] = x[first + r * rowStep + t * termStep];
      }
    }
  }

  /** What there is of the tile. */
  private void part(int rows, int width, float[] to, int at, int stride, boolean adds) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < width; c++) {
        int entry = at + r * stride + c;
        to[entry] = (adds ? to[entry] : 0) + tile[r * WIDTH + c];
      }
    }
  }
}
