package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
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
  private final Kept active;
  private final Kept inner;

  FusedFeedForward(Pass<A> pass, int block, BlockShape shape, Linear<A> in, Linear<A> out) {
    this.pass = pass;
    this.block = block;
    this.shape = shape;
    this.in = in;
    this.out = out;
    active = new Kept(pass, shape.hidden());
    // ReLU's slope can be told from its output, GELU's cannot.
    inner = shape.gelu() ? new Kept(pass, shape.hidden()) : active;
  }

  List<Parameter> parameters() {
    return Stream.concat(in.parameters().stream(), out.parameters().stream()).toList();
  }

  Linear<A> out() {
    return out;
  }

  private DropoutPattern dropout() {
    return pass.dropout(DropoutSite.INNER, block, shape.innerDropout());
  }

  void forward(Chunk chunk, Matrix input, Matrix product) {
    int width = shape.hidden();
    Matrix before = inner.of(chunk);
    Matrix after = active.of(chunk);
    DropoutPattern dropout = dropout();
    in.product(chunk, input, before);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A x = scratch.array(Use.X, rows * width);
          A y = shape.gelu() ? scratch.array(Use.Y, rows * width) : x;
          pass.arithmetic().read(before, first, rows, 0, width, x);
          in.addBias(scratch, rows, x);
          if (shape.gelu()) {
            pass.arithmetic().write(x, before, first, rows, 0, width);
            scratch.rows().gelu(x, rows * width, y);
          } else {
            scratch.rows().relu(x, rows * width);
          }
          if (dropout != null) {
            scratch.rows().drop(y, rows, width, dropout, scratch.numbers(chunk, first, rows));
          }
          pass.arithmetic().write(y, after, first, rows, 0, width);
        });
    out.product(chunk, after, product);
  }

  /**
   * The gradients of a chunk, given that of {@link #forward}'s product and its bias.
   *
   * @param outputGradient whose bias has been taken care of
   * @param inputGradient set
   */
  void backward(Chunk chunk, Matrix input, Matrix outputGradient, Matrix inputGradient) {
    int width = shape.hidden();
    Matrix before = inner.of(chunk);
    Matrix gradient = pass.shared("hidden gradient", width);
    DropoutPattern dropout = dropout();
    out.endGradients(chunk, active.of(chunk), outputGradient, gradient);
    in.beginGradients(chunk);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A x = scratch.array(Use.X, rows * width);
          A slope = scratch.array(Use.GRADIENT, rows * width);
          pass.arithmetic().read(before, first, rows, 0, width, x);
          pass.arithmetic().read(gradient, first, rows, 0, width, slope);
          if (dropout != null) {
            scratch.rows().drop(slope, rows, width, dropout, scratch.numbers(chunk, first, rows));
          }
          if (shape.gelu()) {
            scratch.rows().geluGradient(x, rows * width, slope);
          } else {
            scratch.rows().reluGradient(x, rows * width, slope);
          }
          pass.arithmetic().write(slope, gradient, first, rows, 0, width);
          in.gradient(scratch, task, rows, slope);
        });
    in.endGradients(chunk, input, gradient, inputGradient);
  }
}
