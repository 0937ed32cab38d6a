package io.github.pelab.layers.fused;

import java.util.List;

/**
 * Layer norm of rows. What it made is not kept: making it again costs less than reading it.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class RowNorm<A> {
  private final Pass<A> pass;
  private final int width;
  private final double epsilon;
  private final RowParameter<A> gain;
  private final RowParameter<A> bias;

  /** With parameters {@code prefix + "gain"} and {@code prefix + "bias"}. */
  RowNorm(Pass<A> pass, String prefix, int width, double epsilon) {
    this.pass = pass;
    this.width = width;
    this.epsilon = epsilon;
    gain = new RowParameter<>(pass, prefix + "gain", width);
    bias = new RowParameter<>(pass, prefix + "bias", width);
  }

  List<Parameter<A>> parameters() {
    return List.of(gain, bias);
  }

  /** Norms rows which begin at {@code at}. */
  void rows(Scratch<A> scratch, int rows, A from, int at, A to, int toAt) {
    scratch.rows().norm(from, at, rows, width, epsilon, gain.value(), bias.value(), to, toAt);
  }

  void forward(Chunk chunk, Matrix<A> from, Matrix<A> to) {
    to.resize(chunk.rows());
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) ->
            rows(scratch, rows, from.numbers(), first * width, to.numbers(), first * width));
  }

  void beginGradients(int tasks) {
    gain.gradient().begin(tasks);
    bias.gradient().begin(tasks);
  }

  /** The gradient of rows of the output, which begin at {@code at}, becomes that of the input. */
  void gradient(Scratch<A> scratch, int task, int rows, A from, A gradient, int at) {
    scratch
        .rows()
        .normGradient(
            from,
            at,
            rows,
            width,
            epsilon,
            gain.value(),
            gradient,
            at,
            gain.gradient().of(task),
            bias.gradient().of(task));
  }

  void endGradients(int tasks) {
    gain.gradient().end(tasks);
    bias.gradient().end(tasks);
  }

  /**
   * Adds the gradient of {@code from} to {@code sum}.
   *
   * @param outputGradient overwritten
   */
  void addGradient(Chunk chunk, Matrix<A> from, Matrix<A> outputGradient, Matrix<A> sum) {
    int tasks = Pass.tasks(chunk.rows(), width);
    beginGradients(tasks);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A slope = outputGradient.numbers();
          int at = first * width;
          gradient(scratch, task, rows, from.numbers(), slope, at);
          scratch.rows().add(slope, at, rows * width, sum.numbers(), at);
        });
    endGradients(tasks);
  }
}
