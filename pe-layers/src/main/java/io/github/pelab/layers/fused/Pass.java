package io.github.pelab.layers.fused;

import io.github.pelab.layers.kernel.DropoutPattern;
import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.DropoutSite;
import io.github.pelab.layers.runtime.HeadValues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * One forward pass, or the backward pass that belongs to it: what was called for, and who does it.
 * Work is shared out in tasks that do not depend on the number of threads, and each writes to
 * places of its own, so that no result does either. It is done by the threads of the fork-join pool
 * that the pass is called from, else by the common pool's.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Pass<A> {
  /** Numbers in a block of rows: they fit a core's first caches. */
  private static final int BLOCK = 16_384;

  /** Operations that are done before another thread has woken up. */
  private static final long FEW = 200_000;

  /** What is done to a number of a row, about. */
  private static final int OPERATIONS = 4;

  private final Arithmetic<A> arithmetic;
  private final DataType type;
  private final Map<String, Matrix> shared = new HashMap<>();
  private final Queue<Scratch<A>> idle = new ConcurrentLinkedQueue<>();
  private Call call;
  private HeadValues heads;
  private final Map<List<Integer>, A> replacements = new ConcurrentHashMap<>();
  private boolean drops;
  private boolean kept;

  /**
   * Passes through a layer.
   *
   * @param type of its parameters
   */
  Pass(Arithmetic<A> arithmetic, DataType type) {
    this.arithmetic = arithmetic;
    this.type = type;
  }

  DataType type() {
    return type;
  }

  /**
   * A matrix for what lives no longer than a chunk's turn in a block, so that blocks can share it.
   *
   * @param use those that are used at the same time differ
   */
  Matrix shared(String use, int columns) {
    return shared.computeIfAbsent(use + " " + columns, name -> new Matrix(type, columns));
  }

  /**
   * Another pass begins.
   *
   * @param withDropout whether there is dropout
   * @param keep whether a backward pass follows, for which chunks keep what they made
   */
  void begin(Call ofPass, HeadValues ofHeads, boolean withDropout, boolean keep) {
    call = ofPass;
    heads = ofHeads;
    replacements.clear();
    drops = withDropout;
    kept = keep;
  }

  Call call() {
    return call;
  }

  /** What replaces a head's output, see {@link HeadValues}; null for nothing. */
  A replacement(int block, int head) {
    double[] values = heads.of(block, head);
    return values == null
        ? null
        : replacements.computeIfAbsent(List.of(block, head), key -> arithmetic.of(values));
  }

  /** Length of {@link #replacement}. */
  int replacementLength(int block, int head) {
    return heads.of(block, head).length;
  }

  Arithmetic<A> arithmetic() {
    return arithmetic;
  }

  /** Where a chunk's place among what is kept is; all share one where nothing is. */
  int place(Chunk chunk) {
    return kept ? chunk.index() : 0;
  }

  /** What is dropped at a site; null for nothing. */
  DropoutPattern dropout(DropoutSite site, int block, double rate) {
    return drops && rate > 0 ? site.pattern(call.dropoutSeed(), block, rate) : null;
  }

  /** Work on a block of a chunk's rows. */
  @FunctionalInterface
  interface RowTask<A> {
    void on(int task, int first, int rows, Scratch<A> scratch);
  }

  /** Number of tasks that rows of {@code width} numbers are shared out in. */
  static int tasks(int rows, int width) {
    int block = block(width);
    return (rows + block - 1) / block;
  }

  private static int block(int width) {
    return Math.max(1, BLOCK / width);
  }

  /** Works on all rows of a chunk, which are {@code width} wide. */
  void rows(Chunk chunk, int width, RowTask<A> work) {
    products(chunk, width, width * OPERATIONS, work);
  }

  /**
   * The same where more is done to a row.
   *
   * @param operations on each, about
   */
  void products(Chunk chunk, int width, int operations, RowTask<A> work) {
    int block = block(width);
    each(
        tasks(chunk.rows(), width),
        (long) chunk.rows() * operations,
        (task, scratch) ->
            work.on(task, task * block, Math.min(block, chunk.rows() - task * block), scratch));
  }

  /**
   * Does {@code tasks} tasks, numbered from 0.
   *
   * @param operations of all of them, about
   */
  void each(int tasks, long operations, BiConsumer<Integer, Scratch<A>> work) {
    IntStream stream = IntStream.range(0, tasks);
    (tasks > 1 && operations > FEW ? stream.parallel() : stream)
        .forEach(
            task -> {
              Scratch<A> scratch = idle.poll();
              if (scratch == null) {
                scratch = new Scratch<>(arithmetic);
              }
              work.accept(task, scratch);
              idle.add(scratch);
            });
  }
}
