package io.github.pelab.layers.kernel;

/** Products as the formulas are written, in double precision. Packed is row-major. */
public final class ScalarProducts implements ProductKernel<double[]> {
  @Override
  public int unit() {
    return 1;
  }

  @Override
  public int packed(int terms, int outputs) {
    return terms * outputs;
  }

  @Override
  public void pack(Rows<double[]> from, int terms, int outputs, double[] to) {
    for (int t = 0; t < terms; t++) {
      for (int o = 0; o < outputs; o++) {
        to[t * outputs + o] = from.data()[from.offset() + t * from.stride() + o];
      }
    }
  }

  @Override
  public void packTransposed(Rows<double[]> from, int terms, int outputs, double[] to) {
    for (int t = 0; t < terms; t++) {
      for (int o = 0; o < outputs; o++) {
        to[t * outputs + o] = from.data()[from.offset() + o * from.stride() + t];
      }
    }
  }

  @Override
  public void product(
      Rows<double[]> x, int rows, int terms, double[] w, int outputs, Rows<double[]> to) {
    multiply(x, x.stride(), 1, rows, terms, w, outputs, to, false);
  }

  @Override
  public void transposedProduct(
      Rows<double[]> x,
      int rows,
      int terms,
      double[] w,
      int outputs,
      Rows<double[]> to,
      boolean adds) {
    multiply(x, 1, x.stride(), rows, terms, w, outputs, to, adds);
  }

  private static void multiply(
      Rows<double[]> x,
      int rowStep,
      int termStep,
      int rows,
      int terms,
      double[] w,
      int outputs,
      Rows<double[]> to,
      boolean adds) {
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < outputs; o++) {
        int at = to.offset() + r * to.stride() + o;
        double sum = adds ? to.data()[at] : 0;
        for (int t = 0; t < terms; t++) {
          sum += x.data()[x.offset() + r * rowStep + t * termStep] * w[t * outputs + o];
        }
        to.data()[at] = sum;
      }
    }
  }
}
