/**
 * Layers by kernels: what their graphs compute, forward and backward, written by hand.
 *
 * <p>Sequences of a batch are laid end to end, without their padding, in {@linkplain
 * io.github.pelab.layers.fused.Chunk chunks} whose tokens are rows of matrices. Chunks are dealt to
 * {@linkplain io.github.pelab.layers.fused.Lane lanes}, each of which is the whole layer: a thread
 * takes one lane after another, forward or backward, and waits for no other thread before the
 * gradients of lanes are added up. Where there are too few lanes for the threads, they share the
 * tasks of one. {@link io.github.pelab.layers.fused.ProgramBuilder} puts a layer together.
 */
package io.github.pelab.layers.fused;
