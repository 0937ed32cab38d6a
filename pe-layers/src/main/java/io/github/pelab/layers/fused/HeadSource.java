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
    <A> HeadSource<A> of(Pass<A> pass, AttentionShape shape, HeadRotations<A> rotations);
  }

  List<Parameter<A>> parameters();

  /** Readies a chunk, given the projections of queries, and of keys and values. */
  void forward(Chunk chunk, Columns<A> queries, Columns<A> keys);

  /**
   * Makes what a group of heads attends with, rotated: {@code [n, heads·Q]} twice and {@code [n,
   * heads·V]}.
   */
  void read(
      Chunk chunk,
      Sequence sequence,
      HeadGroup group,
      Columns<A> queries,
      Columns<A> keys,
      Scratch<A> scratch);

  /** Readies a chunk for gradients. */
  void beginGradients(Chunk chunk);

  /** Takes the gradients of what {@link #read} made; for several threads, a task each. */
  void write(
      Chunk chunk,
      int task,
      Sequence sequence,
      HeadGroup group,
      Columns<A> queryGradients,
      Columns<A> keyGradients,
      Scratch<A> scratch);

  /** All were taken: finishes the gradients of the projections. */
  void endGradients(
      Chunk chunk,
      Columns<A> queries,
      Columns<A> keys,
      Columns<A> queryGradients,
      Columns<A> keyGradients);
}
