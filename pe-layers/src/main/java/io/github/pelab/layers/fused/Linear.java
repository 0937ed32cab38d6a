package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import io.github.pelab.layers.kernel.DropoutPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * A linear map, x W + b. The bias and what comes after it are left to whoever reads the product
 * next.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Linear<A> {
  private final Pass<A> pass;
  private final Weight<A> weight;
  private final RowParameter<A> bias;
  private int tasks;

  /**
   * With parameters {@code name.W} and {@code name.b}.
   *
   * @param biased whether there is a bias
   */
  Linear(Pass<A> pass, String name, int inputs, int outputs, boolean biased) {
    this.pass = pass;
    weight = Weight.of(pass, inputs, outputs, name + ".W");
    bias = biased ? new RowParameter<>(pass, name + ".b", outputs) : null;
  }

  List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(List.of(weight));
    if (bias != null) {
      parameters.add(bias);
    }
    return parameters;
  }

  /** to ← from · W. */
  void product(Chunk chunk, Matrix from, Matrix to) {
    weight.forward(chunk, from, to);
  }

  /** Adds the bias to rows of the product. */
  void addBias(Scratch<A> scratch, int rows, A product) {
    if (bias != null) {
      scratch.rows().addToEach(bias.value(), rows, weight.outputs(), product);
    }
  }

  /** Readies the bias's gradient for the rows of a chunk. */
  void beginGradients(Chunk chunk) {
    tasks = Pass.tasks(chunk.rows(), weight.outputs());
    if (bias != null) {
      bias.gradient().begin(tasks);
    }
  }

  /** Takes rows of the output's gradient. */
  void gradient(Scratch<A> scratch, int task, int rows, A gradient) {
    if (bias != null) {
      scratch.rows().addSum(gradient, rows, weight.outputs(), bias.gradient().of(task));
    }
  }

  /**
   * The output's gradient has been taken: adds to that of the weight, and sets that of the input.
   */
  void endGradients(Chunk chunk, Matrix from, Matrix gradient, Matrix inputGradient) {
    if (bias != null) {
      bias.gradient().end(tasks);
    }
    weight.backward(chunk, from, gradient, inputGradient);
  }

  /**
   * Takes the gradient of a sum that the output, dropped, was added to.
   *
   * @param sum its gradient
   * @param dropout of the output; null for none
   * @return the output's gradient
   */
  Matrix gradientOfDropped(Chunk chunk, Matrix sum, DropoutPattern dropout) {
    int width = weight.outputs();
    Matrix gradient =
        dropout == null ? sum : pass.shared("dropped gradient", width).resize(chunk.rows());
    beginGradients(chunk);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A slope = scratch.array(Use.GRADIENT, rows * width);
          pass.arithmetic().read(sum, first, rows, 0, width, slope);
          if (dropout != null) {
            scratch.rows().drop(slope, rows, width, dropout, scratch.numbers(chunk, first, rows));
            pass.arithmetic().write(slope, gradient, first, rows, 0, width);
          }
          gradient(scratch, task, rows, slope);
        });
    return gradient;
  }

  /** to ← to + the product of {@code from} with its bias, dropped. */
  void addDropped(Chunk chunk, Matrix product, DropoutPattern dropout, Matrix from, Matrix to) {
    int width = weight.outputs();
    to.resize(chunk.rows());
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A x = scratch.array(Use.X, rows * width);
          A y = scratch.array(Use.Y, rows * width);
          pass.arithmetic().read(product, first, rows, 0, width, y);
          addBias(scratch, rows, y);
          if (dropout != null) {
            scratch.rows().drop(y, rows, width, dropout, scratch.numbers(chunk, first, rows));
          }
          pass.arithmetic().read(from, first, rows, 0, width, x);
          scratch.rows().add(x, rows * width, y);
          pass.arithmetic().write(y, to, first, rows, 0, width);
        });
  }
}
