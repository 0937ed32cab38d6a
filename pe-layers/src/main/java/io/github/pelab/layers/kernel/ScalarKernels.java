package io.github.pelab.layers.kernel;

/** In double precision, as the formulas are written. */
public final class ScalarKernels implements Kernels<double[]> {
  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Class<double[]> arrays() {
    return double[].class;
  }

  @Override
  public AttentionKernel<double[]> attention() {
    return new ScalarAttention();
  }

  @Override
  public RowKernel<double[]> rows() {
    return new ScalarRows();
  }

  @Override
  public ProductKernel<double[]> products() {
    return new ScalarProducts();
  }

  @Override
  public FeatureKernel features() {
    return new ScalarFeatures();
  }
}
