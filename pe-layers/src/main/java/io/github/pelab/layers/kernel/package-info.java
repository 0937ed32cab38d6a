/**
 * Kernels over plain arrays, forward and backward: attention without ever holding a T × T array,
 * products of matrices, and what is done to rows between them.
 *
 * <p>{@link io.github.pelab.layers.kernel.AttentionKernel}, {@link
 * io.github.pelab.layers.kernel.ProductKernel} and {@link io.github.pelab.layers.kernel.RowKernel}
 * are the interfaces; the {@code Scalar} classes read like the formulas, in double precision; the
 * {@code Vector} classes are their twins for the Vector API, in single precision, and the only ones
 * of the library that name {@code jdk.incubator.vector}. Whoever calls a kernel has checked its
 * arguments. Nothing here knows of DL4J or ND4J.
 */
package io.github.pelab.layers.kernel;
