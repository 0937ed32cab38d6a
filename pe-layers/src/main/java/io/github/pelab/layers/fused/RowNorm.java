package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
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

  List<Parameter> parameters() {
    return List.of(gain, bias);
  }

  void rows(Scratch<A> scratch, int rows, A from, A to) {
    scratch.rows().norm(from, rows, width, epsilon, gain.value(), bias.value(), to);
  }

  void forward(Chunk chunk, Matrix from, Matrix to) {
    to.resize(chunk.rows());
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A x = scratch.array(Use.X, rows * width);
          A y = scratch.array(Use.Y, rows * width);
          pass.arithmetic().read(from, first, rows, 0, width, x);
          rows(scratch, rows, x, y);
          pass.arithmetic().write(y, to, first, rows, 0, width);
        });
  }

  void beginGradients(int tasks) {
    gain.gradient().begin(tasks);
    bias.gradient().begin(tasks);
  }

  /** The gradient of rows of the output becomes that of the input. */
  void gradient(Scratch<A> scratch, int task, int rows, A from, A gradient) {
    scratch
        .rows()
        .normGradient(
            from,
            rows,
            width,
            epsilon,
            gain.value(),
            gradient,
            gain.gradient().of(task),
            bias.gradient().of(task));
  }

  void endGradients(int tasks) {
    gain.gradient().end(tasks);
    bias.gradient().end(tasks);
  }

  /** Adds the gradient of {@code from} to {@code sum}, given that of the output. */
  void addGradient(Chunk chunk, Matrix from, Matrix outputGradient, Matrix sum) {
    int tasks = Pass.tasks(chunk.rows(), width);
    beginGradients(tasks);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A x = scratch.array(Use.X, rows * width);
          A y = scratch.array(Use.Y, rows * width);
          A slope = scratch.array(Use.GRADIENT, rows * width);
          pass.arithmetic().read(from, first, rows, 0, width, x);
          pass.arithmetic().read(outputGradient, first, rows, 0, width, slope);
          gradient(scratch, task, rows, x, slope);
          pass.arithmetic().read(sum, first, rows, 0, width, y);
          scratch.rows().add(y, rows * width, slope);
          pass.arithmetic().write(slope, sum, first, rows, 0, width);
        });
    endGradients(tasks);
  }
}
