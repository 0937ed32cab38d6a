package io.github.pelab.layers.fused;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Those who do a layer's work: the threads of the fork-join pool that it is called from, else the
 * common pool's; and what they work with, which is lent last in, first out, so that it is in the
 * cache.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Workers<A> {
  /** Operations that are done before another thread has woken up. */
  static final long FEW = 200_000;

  private final Arithmetic<A> arithmetic;
  private final Lent<Scratch<A>> scratches;
  private final Lent<Temporaries<A>> temporaries;

  Workers(Arithmetic<A> arithmetic) {
    this.arithmetic = arithmetic;
    scratches = new Lent<>(() -> new Scratch<>(arithmetic));
    temporaries = new Lent<>(() -> new Temporaries<>(arithmetic));
  }

  /** Things that are made when there are none to lend. */
  static final class Lent<E> {
    private final Deque<E> idle = new ArrayDeque<>();
    private final Supplier<E> another;

    Lent(Supplier<E> another) {
      this.another = another;
    }

    synchronized E take() {
      return idle.isEmpty() ? another.get() : idle.pop();
    }

    synchronized void giveBack(E thing) {
      idle.push(thing);
    }
  }

  Arithmetic<A> arithmetic() {
    return arithmetic;
  }

  Lent<Temporaries<A>> temporaries() {
    return temporaries;
  }

  /** Threads that work is shared out to. */
  static int count() {
    return ForkJoinTask.inForkJoinPool()
        ? ForkJoinTask.getPool().getParallelism()
        : ForkJoinPool.getCommonPoolParallelism() + 1; // the caller joins in
  }

  /**
   * Does {@code tasks} tasks, numbered from 0.
   *
   * @param together whether several threads do them; else the caller
   */
  void each(int tasks, boolean together, BiConsumer<Integer, Scratch<A>> work) {
    if (!together) {
      Scratch<A> scratch = scratches.take();
      for (int task = 0; task < tasks; task++) {
        work.accept(task, scratch);
      }
      scratches.giveBack(scratch);
      return;
    }
    IntStream.range(0, tasks)
        .parallel()
        .forEach(
            task -> {
              Scratch<A> scratch = scratches.take();
              work.accept(task, scratch);
              scratches.giveBack(scratch);
            });
  }
}
