package io.github.pelab.layers.kernel;

/**
 * Makes the kernels of one precision. Each has scratch memory of its own, so that a thread needs
 * its own.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public interface Kernels<A> {
  /** What they are and how wide, all that rounding depends on: for instance {@code vector 512}. */
  String name();

  /** What they work on. */
  Class<A> arrays();

  AttentionKernel<A> attention();

  RowKernel<A> rows();

  ProductKernel<A> products();

  /** Takes and gives numbers in double precision, whatever its own. */
  FeatureKernel features();
}
