package io.github.pelab.layers.fused;

import java.util.List;

/**
 * How a form makes queries, keys and values of what the tokens were projected to. Legend: n tokens
 * of a sequence, Q numbers in a head's query and key, V in its value.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
interface HeadSource<A> {
  /** A form's part in a program, before there is one. */
  @FunctionalInterface
  interface Factory {
    <A> HeadSource<A> of(Pass<A> pass, AttentionShape shape, Rotations<A> rotations);
  }

  List<Parameter> parameters();

  /** Readies a chunk, given the projections of queries, and of keys and values. */
  void forward(Chunk chunk, Columns queries, Columns keys);

  /**
   * Makes what a group of heads attends with, rotated: {@code [n, heads·Q]} twice and {@code [n,
   * heads·V]}.
   */
  void read(
      Chunk chunk,
      Sequence sequence,
      HeadGroup group,
      Columns queries,
      Columns keys,
      Scratch<A> scratch);

  /** Readies a chunk for gradients. */
  void beginGradients(Chunk chunk);

  /** Takes the gradients of what {@link #read} made; for several threads, a task each. */
  void write(
      Chunk chunk,
      int task,
      Sequence sequence,
      HeadGroup group,
      Columns queryGradients,
      Columns keyGradients,
      Scratch<A> scratch);

  /** All were taken: finishes the gradients of the projections. */
  void endGradients(
      Chunk chunk, Columns queries, Columns keys, Columns queryGradients, Columns keyGradients);
}
