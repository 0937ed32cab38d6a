package io.github.pelab.layers.kernel;

import jdk.incubator.vector.FloatVector;

/** In single precision, by the Vector API. */
public final class VectorKernels implements Kernels<float[]> {
  @Override
  public String name() {
    return "vector " + FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  @Override
  public Class<float[]> arrays() {
    return float[].class;
  }

  @Override
  public AttentionKernel<float[]> attention() {
    return new VectorAttention();
  }

  @Override
  public RowKernel<float[]> rows() {
    return new VectorRows();
  }

  @Override
  public ProductKernel<float[]> products() {
    return new VectorProducts();
  }

  @Override
  public FeatureKernel features() {
    return new VectorFeatures();
  }
}
