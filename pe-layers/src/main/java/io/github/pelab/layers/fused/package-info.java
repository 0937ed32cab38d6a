/**
 * Layers by kernels: what their graphs compute, forward and backward, written by hand.
 *
 * <p>Tokens are rows of matrices outside the heap, where BLAS multiplies them; sequences of a batch
 * are laid end to end, without their padding, and worked on {@linkplain
 * io.github.pelab.layers.fused.Chunk chunk} by chunk. Between products a thread copies a block of
 * rows, or a sequence's part for a few heads, into arrays that stay in its core's cache, and has
 * kernels work on them. {@link io.github.pelab.layers.fused.ProgramBuilder} puts a layer together.
 */
package io.github.pelab.layers.fused;
