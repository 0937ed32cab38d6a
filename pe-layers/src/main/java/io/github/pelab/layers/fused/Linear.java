package io.github.pelab.layers.fused;

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

  List<Parameter<A>> parameters() {
    List<Parameter<A>> parameters = new ArrayList<>(List.of(weight));
    if (bias != null) {
      parameters.add(bias);
    }
    return parameters;
  }

  /** to ← from · W. */
  void product(Chunk chunk, Matrix<A> from, Matrix<A> to) {
    weight.forward(chunk, from, to);
  }

  /** Adds the bias to rows of the product, which begin at {@code at}. */
  void addBias(Scratch<A> scratch, int rows, A product, int at) {
    if (bias != null) {
      scratch.rows().addToEach(bias.value(), rows, weight.outputs(), product, at);
    }
  }

  /** Readies the bias's gradient for the rows of a chunk. */
  void beginGradients(Chunk chunk) {
    tasks = Pass.tasks(chunk.rows(), weight.outputs());
    if (bias != null) {
      bias.gradient().begin(tasks);
    }
  }

  /** Takes rows of the output's gradient, which begin at {@code at}. */
  void gradient(Scratch<A> scratch, int task, int rows, A gradient, int at) {
    if (bias != null) {
      scratch.rows().addSum(gradient, at, rows, weight.outputs(), bias.gradient().of(task));
    }
  }

  /**
   * The output's gradient has been taken: adds to that of the weight, and sets that of the input.
   */
  void endGradients(Chunk chunk, Matrix<A> from, Matrix<A> gradient, Matrix<A> inputGradient) {
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
  Matrix<A> gradientOfDropped(Chunk chunk, Matrix<A> sum, DropoutPattern dropout) {
    int width = weight.outputs();
    Matrix<A> gradient = dropout == null ? sum : pass.temporary("dropped gradient", chunk, width);
    beginGradients(chunk);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A slope = gradient.numbers();
          int at = first * width;
          if (dropout != null) {
            System.arraycopy(sum.numbers(), at, slope, at, rows * width);
            scratch.rows().drop(slope, at, rows, width, dropout, chunk.numbers(), first);
          }
          gradient(scratch, task, rows, slope, at);
        });
    return gradient;
  }

  /**
   * Adds {@code from} to the product with its bias, dropped.
   *
   * @param product overwritten by the sum
   */
  void finish(Chunk chunk, Matrix<A> product, DropoutPattern dropout, Matrix<A> from) {
    int width = weight.outputs();
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A sum = product.numbers();
          int at = first * width;
          addBias(scratch, rows, sum, at);
          if (dropout != null) {
            scratch.rows().drop(sum, at, rows, width, dropout, chunk.numbers(), first);
          }
          scratch.rows().add(from.numbers(), at, rows * width, sum, at);
        });
  }
}
