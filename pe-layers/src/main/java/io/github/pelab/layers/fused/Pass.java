package io.github.pelab.layers.fused;

import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.layers.kernel.DropoutPattern;
import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.DropoutSite;
import io.github.pelab.layers.runtime.Interventions;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One forward pass of a lane, or the backward pass that belongs to it: what was called for, and who
 * does it. Work is shared out in tasks, and each writes to places of its own. What a sum runs over
 * does not depend on who does it, so that no result does.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Pass<A> {
  /** Numbers in a block of rows: they fit a core's first caches. */
  private static final int BLOCK = 16_384;

  /** What is done to a number of a row, about. */
  private static final int OPERATIONS = 4;

  private final Workers<A> workers;
  private final Values<A> values;
  private Temporaries<A> temporaries;
  private Call call;
  private Interventions interventions;
  private List<OffHeap> shown = List.of();
  private Optional<Consumer<HeadLogits>> logits = Optional.empty();
  private boolean drops;
  private boolean kept;
  private boolean together;

  Pass(Workers<A> workers, Values<A> values) {
    this.workers = workers;
    this.values = values;
  }

  Arithmetic<A> arithmetic() {
    return workers.arithmetic();
  }

  Values<A> values() {
    return values;
  }

  /**
   * A matrix for what lives no longer than a chunk's turn in a block.
   *
   * @param use those that are used at the same time differ
   */
  Matrix<A> temporary(String use, Chunk chunk, int columns) {
    return temporaries.of(use, chunk.rows(), columns);
  }

  /**
   * Another pass begins.
   *
   * @param withDropout whether there is dropout
   * @param keep whether a backward pass follows, for which chunks keep what they made
   * @param sharesTasks whether several threads do its tasks
   */
  void begin(
      Call ofPass, Interventions onHeads, boolean withDropout, boolean keep, boolean sharesTasks) {
    call = ofPass;
    interventions = onHeads;
    shown = List.of();
    logits = Optional.empty();
    drops = withDropout;
    kept = keep;
    together = sharesTasks;
  }

  /** Does the work of a pass, or of the backward pass that belongs to it. */
  void run(Runnable work) {
    temporaries = workers.temporaries().take();
    work.run();
    workers.temporaries().giveBack(temporaries);
  }

  Call call() {
    return call;
  }

  /** What is changed about heads. */
  Interventions interventions() {
    return interventions;
  }

  /** Has this pass show what each block's heads hand over, {@code [B·T, D]}. */
  void show(List<OffHeap> heads) {
    shown = heads;
  }

  /** Shows it of a chunk, if anybody asked. */
  void show(int block, Chunk chunk, Matrix<A> handedOver) {
    int width = handedOver.columns();
    for (int row = 0; !shown.isEmpty() && row < chunk.rows(); row++) {
      int to = chunk.numbers()[row] * width;
      arithmetic().write(handedOver.numbers(), row * width, shown.get(block), to, width);
    }
  }

  /** Has the backward pass show what heads score with, from several threads. */
  void showLogits(Optional<Consumer<HeadLogits>> to) {
    logits = to;
  }

  /** Whether anybody asked for them. */
  boolean showsLogits() {
    return logits.isPresent();
  }

  /** Shows those of a head. */
  void showLogits(HeadLogits ofHead) {
    logits.orElseThrow().accept(ofHead);
  }

  /** Goes on with other interventions. */
  void intervene(Interventions onHeads) {
    interventions = onHeads;
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
    int block = block(width);
    each(
        tasks(chunk.rows(), width),
        (long) chunk.rows() * width * OPERATIONS,
        (task, scratch) ->
            work.on(task, task * block, Math.min(block, chunk.rows() - task * block), scratch));
  }

  /** Work on some of what there is, of which nothing is summed over. */
  @FunctionalInterface
  interface PartTask<A> {
    void on(int first, int count, Scratch<A> scratch);
  }

  /**
   * Works on {@code count} things, in as few parts as there are to share them out to.
   *
   * @param unit things that are not worth sharing
   * @param operations on each thing, about
   */
  void split(int count, int unit, long operations, PartTask<A> work) {
    int part = shares(count * operations) ? unit : count;
    each(
        (count + part - 1) / part,
        count * operations,
        (task, scratch) -> work.on(task * part, Math.min(part, count - task * part), scratch));
  }

  /**
   * Does {@code tasks} tasks, numbered from 0.
   *
   * @param operations of all of them, about
   */
  void each(int tasks, long operations, BiConsumer<Integer, Scratch<A>> work) {
    workers.each(tasks, tasks > 1 && shares(operations), work);
  }

  private boolean shares(long operations) {
    return together && operations > Workers.FEW;
  }

  /** Does something with the caller's own scratch. */
  void alone(Consumer<Scratch<A>> work) {
    workers.each(1, false, (only, scratch) -> work.accept(scratch));
  }
}
