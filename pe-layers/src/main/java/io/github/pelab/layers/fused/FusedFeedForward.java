package io.github.pelab.layers.fused;

import io.github.pelab.layers.kernel.DropoutPattern;
import io.github.pelab.layers.runtime.DropoutSite;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two linear maps with an activation, and dropout, between, up to the product of the second one.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class FusedFeedForward<A> {
  private final Pass<A> pass;
  private final int block;
  private final BlockShape shape;
  private final Linear<A> in;
  private final Linear<A> out;
  private final Kept<A> active;
  private final Kept<A> inner;

  FusedFeedForward(Pass<A> pass, int block, BlockShape shape, Linear<A> in, Linear<A> out) {
    this.pass = pass;
    this.block = block;
    this.shape = shape;
    this.in = in;
    this.out = out;
    active = new Kept<>(pass, shape.hidden());
    // ReLU's slope can be told from its output, GELU's cannot.
    inner = shape.gelu() ? new Kept<>(pass, shape.hidden()) : active;
  }

  List<Parameter<A>> parameters() {
    return Stream.concat(in.parameters().stream(), out.parameters().stream()).toList();
  }

  Linear<A> out() {
    return out;
  }

  private DropoutPattern dropout() {
    return pass.dropout(DropoutSite.INNER, block, shape.innerDropout());
  }

  void forward(Chunk chunk, Matrix<A> input, Matrix<A> product) {
    int width = shape.hidden();
    Matrix<A> before = inner.of(chunk);
    Matrix<A> after = active.of(chunk);
    DropoutPattern dropout = dropout();
    in.product(chunk, input, before);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A x = before.numbers();
          A y = after.numbers();
          int at = first * width;
          in.addBias(scratch, rows, x, at);
          if (shape.gelu()) {
            scratch.rows().gelu(x, y, at, rows * width);
          } else {
            scratch.rows().relu(x, at, rows * width);
          }
          if (dropout != null) {
            scratch.rows().drop(y, at, rows, width, dropout, chunk.numbers(), first);
          }
        });
    out.product(chunk, after, product);
  }

  /**
   * The gradients of a chunk, given that of {@link #forward}'s product and its bias.
   *
   * @param outputGradient whose bias has been taken care of
   * @param inputGradient set
   */
  void backward(Chunk chunk, Matrix<A> input, Matrix<A> outputGradient, Matrix<A> inputGradient) {
    int width = shape.hidden();
    Matrix<A> before = inner.of(chunk);
    Matrix<A> gradient = pass.temporary("hidden gradient", chunk, width);
    DropoutPattern dropout = dropout();
    out.endGradients(chunk, active.of(chunk), outputGradient, gradient);
    in.beginGradients(chunk);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A x = before.numbers();
          A slope = gradient.numbers();
          int at = first * width;
          if (dropout != null) {
            scratch.rows().drop(slope, at, rows, width, dropout, chunk.numbers(), first);
          }
          if (shape.gelu()) {
            scratch.rows().geluGradient(x, slope, at, rows * width);
          } else {
            scratch.rows().reluGradient(x, slope, at, rows * width);
          }
          in.gradient(scratch, task, rows, slope, at);
        });
    in.endGradients(chunk, input, gradient, inputGradient);
  }
}
