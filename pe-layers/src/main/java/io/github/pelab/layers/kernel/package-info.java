/**
 * Kernels: attention over plain arrays, forward and backward, without ever holding a T × T array.
 *
 * <p>{@link io.github.pelab.layers.kernel.AttentionKernel} is the interface; {@link
 * io.github.pelab.layers.kernel.ScalarAttention} reads like the formula, in double precision;
 * {@link io.github.pelab.layers.kernel.VectorAttention} is its twin for the Vector API, in single
 * precision, and the only class of the library that names {@code jdk.incubator.vector}. Whoever
 * calls a kernel has checked its arguments. Nothing here knows of DL4J or ND4J.
 *
 * <p>Layers run by their graphs so far, which share {@link
 * io.github.pelab.layers.kernel.DropoutPattern}; none runs on a kernel yet.
 */
package io.github.pelab.layers.kernel;
