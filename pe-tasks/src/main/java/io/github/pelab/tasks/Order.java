package io.github.pelab.tasks;

import java.util.stream.IntStream;

/** In which order an epoch visits the examples: a pure function of the order and the epoch. */
public sealed interface Order {
  /** By index, the same in every epoch. */
  static Order sequential() {
    return new Sequential();
  }

  /** A uniform permutation, another for each (seed, epoch). */
  static Order shuffled(long seed) {
    return new Shuffled(seed);
  }

  /** The indices 0..examples − 1 in the order of {@code epoch}, a fresh array. */
  int[] indices(int examples, int epoch);

  /** What {@link #sequential()} returns. */
  record Sequential() implements Order {
    @Override
    public int[] indices(int examples, int epoch) {
      return IntStream.range(0, examples).toArray();
    }
  }

  /** What {@link #shuffled(long)} returns. */
  record Shuffled(long seed) implements Order {
    @Override
    public int[] indices(int examples, int epoch) {
      return Permutation.ofRange(0, examples, new ExampleStreams("order/1", seed).shared(epoch));
    }
  }
}
