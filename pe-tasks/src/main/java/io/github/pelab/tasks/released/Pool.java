package io.github.pelab.tasks.released;

import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.ExampleStreams;
import io.github.pelab.tasks.Permutation;
import io.github.pelab.tasks.Range;
import io.github.pelab.tasks.Split;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The released code's data: one finite pool of rows, split at random, once, into a training and a
 * test set.
 *
 * <p>There, rows come one after another from one running generator. Here, row n comes from its own
 * stream; that changes no law, and the pool need not be stored: what is kept, from the first use
 * on, is the order of its rows, four bytes each. The rows of the order's first {@code trainPercent}
 * are {@link Split#TRAIN}, the others {@link Split#TEST}.
 *
 * <p>The released code has no validation set, and choices made on its test set would spoil it. So
 * {@link Split#VALIDATION} is drawn from the same law beside the pool, each example from its own
 * stream, without end: training and test set stay what they are.
 */
final class Pool {
  /** Streams that splits share: 0 draws the triggers, 1 orders the rows, the others are rows. */
  private static final int ORDER = 1;

  private static final int FIRST_ROW = 2;

  private final Size size;
  private final ExampleStreams streams;
  private final Function<SplittableRandom, Example> law;
  private final Once<int[]> rows;

  /**
   * How large it is.
   *
   * @param samples rows drawn; 0 for no pool, where every split draws without end
   * @param trainPercent of the rows that are left
   */
  record Size(int samples, int trainPercent) {
    Size {
      new Range(0, 1_000_000).check("samples", samples);
      new Range(1, 99).check("trainPercent", trainPercent);
    }
  }

  /**
   * The pool of a generator.
   *
   * @param dropDuplicates whether of equal examples one is kept
   * @param law makes a row of a stream
   */
  Pool(
      Size size,
      boolean dropDuplicates,
      ExampleStreams streams,
      Function<SplittableRandom, Example> law) {
    this.size = size;
    this.streams = streams;
    this.law = law;
    this.rows = new Once<>(() -> rows(dropDuplicates));
  }

  private int[] rows(boolean dropDuplicates) {
    int[] order = Permutation.ofRange(0, size.samples(), streams.shared(ORDER));
    Set<Drawn> seen = new HashSet<>();
    return dropDuplicates
        ? Arrays.stream(order).filter(row -> seen.add(new Drawn(row))).toArray()
        : order;
  }

  /**
   * A row of which only the hash is kept: it is drawn again to be told from others of that hash.
   */
  private final class Drawn {
    private final int row;
    private final int hash;

    Drawn(int row) {
      this.row = row;
      this.hash = row(row).hashCode();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Drawn that && hash == that.hash && row(row).equals(row(that.row));
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private Example row(int row) {
    return law.apply(streams.shared(FIRST_ROW + row));
  }

  Example example(Split split, long index) {
    if (size.samples() == 0 || split == Split.VALIDATION) {
      return law.apply(streams.example(split, index));
    }
    int[] order = rows.get();
    int train = (int) ((long) order.length * size.trainPercent() / 100);
    int first = split == Split.TRAIN ? 0 : train;
    int examples = split == Split.TRAIN ? train : order.length - train;
    if (index < 0 || index >= examples) {
      throw new IllegalArgumentException(
          "index: found %d; %s has %d examples, counted from 0: ask for fewer, or raise samples"
              .formatted(index, split.key(), examples));
    }
    return row(order[first + (int) index]);
  }
}
