package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A matrix that rows are multiplied with: a parameter, or columns of several put side by side, so
 * that one product does for all of them. BLAS multiplies, but not where the matrix is so small that
 * the call, and the waking of BLAS's threads, costs more than the work: there kernels do.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Weight<A> implements Parameter {
  /** Numbers of the largest matrix that kernels multiply with; it fits a core's cache. */
  private static final int SMALL = 16_384;

  /**
   * Columns of a parameter in the matrix.
   *
   * @param parameter its name
   * @param columns of the parameter in all
   * @param from the first one taken
   * @param count how many
   * @param to where the first one goes
   */
  record Piece(String parameter, int columns, int from, int count, int to) {
    /** All of a parameter. */
    static Piece of(String parameter, int columns, int to) {
      return new Piece(parameter, columns, 0, columns, to);
    }

    /** The same, further to the right. */
    Piece shifted(int by) {
      return new Piece(parameter, columns, from, count, to + by);
    }
  }

  private final Pass<A> pass;
  private final int inputs;
  private final int outputs;
  private final List<Piece> pieces;
  private final boolean single;
  private final Small small;
  private INDArray value;
  private OffHeap source;
  private INDArray gradient;
  private OffHeap sum;

  /** Of {@code pieces}; columns that none of them fills are 0. */
  Weight(Pass<A> pass, int inputs, int outputs, List<Piece> pieces) {
    this.pass = pass;
    this.inputs = inputs;
    this.outputs = outputs;
    this.pieces = pieces;
    single = pieces.size() == 1 && pieces.get(0).count() == outputs;
    small = inputs * outputs <= SMALL ? new Small() : null;
  }

  /** A parameter alone. */
  static <A> Weight<A> of(Pass<A> pass, int inputs, int outputs, String parameter) {
    return new Weight<>(pass, inputs, outputs, List.of(Piece.of(parameter, outputs, 0)));
  }

  int outputs() {
    return outputs;
  }

  @Override
  public void load(Map<String, OffHeap> values) {
    if (single) {
      source = values.get(pieces.get(0).parameter());
      value = source.array();
    } else {
      pack(values);
    }
    if (small != null) {
      small.load();
    }
  }

  private void pack(Map<String, OffHeap> values) {
    if (source == null) {
      Matrix matrix = new Matrix(pass.type(), outputs).resize(inputs);
      matrix.rows().assign(0);
      value = matrix.rows();
      source = matrix.numbers();
    }
    for (Piece each : pieces) {
      OffHeap from = values.get(each.parameter());
      for (int i = 0; i < inputs; i++) {
        source.copy(i * outputs + each.to(), from, i * each.columns() + each.from(), each.count());
      }
    }
  }

  @Override
  public void clear(Map<String, OffHeap> gradients) {
    if (single) {
      sum = gradients.get(pieces.get(0).parameter());
      gradient = sum.array();
    } else {
      if (sum == null) {
        Matrix matrix = new Matrix(pass.type(), outputs).resize(inputs);
        gradient = matrix.rows();
        sum = matrix.numbers();
      }
    }
    gradient.assign(0);
    if (small != null) {
      small.gradient.clear();
    }
  }

  @Override
  public void store(Map<String, OffHeap> gradients) {
    if (small != null) {
      pass.arithmetic().write(small.gradient.total(), 0, sum, 0, inputs * outputs);
    }
    if (single) {
      return; // it was summed up in its place
    }
    Set<String> stored = new HashSet<>();
    for (Piece each : pieces) {
      OffHeap to = gradients.get(each.parameter());
      // A parameter's columns may stand in several places of the matrix.
      boolean first = stored.add(each.parameter() + " " + each.from());
      for (int i = 0; i < inputs; i++) {
        int at = i * each.columns() + each.from();
        int from = i * outputs + each.to();
        if (first) {
          to.copy(at, sum, from, each.count());
        } else {
          to.add(at, sum, from, each.count());
        }
      }
    }
  }

  /** to ← from · W. */
  void forward(Chunk chunk, Matrix from, Matrix to) {
    if (small == null) {
      from.times(value, to);
    } else {
      small.forward(chunk, from, to);
    }
  }

  /** Adds fromᵀ · gradient to that of W, and sets inputGradient ← gradient · Wᵀ. */
  void backward(Chunk chunk, Matrix from, Matrix outputGradient, Matrix inputGradient) {
    if (small == null) {
      from.transposedTimes(outputGradient, gradient, true);
      outputGradient.timesTransposed(value, inputGradient);
    } else {
      small.backward(chunk, from, outputGradient, inputGradient);
    }
  }

  /** The same by kernels. */
  private final class Small {
    private final A weight = pass.arithmetic().array(inputs * outputs);
    private final A transposed = pass.arithmetic().array(inputs * outputs);
    private final Sums<A> gradient = new Sums<>(pass, inputs * outputs);
    private final int width = Math.max(inputs, outputs);

    void load() {
      pass.arithmetic().read(source, 0, weight, 0, inputs * outputs);
      pass.each(
          1, 0, (only, scratch) -> scratch.rows().transpose(weight, inputs, outputs, transposed));
    }

    void forward(Chunk chunk, Matrix from, Matrix to) {
      to.resize(chunk.rows());
      pass.products(
          chunk,
          width,
          inputs * outputs,
          (task, first, rows, scratch) -> {
            A x = scratch.array(Use.X, rows * inputs);
            A y = scratch.array(Use.Y, rows * outputs);
            pass.arithmetic().read(from, first, rows, 0, inputs, x);
            scratch.rows().product(x, rows, inputs, weight, outputs, y);
            pass.arithmetic().write(y, to, first, rows, 0, outputs);
          });
    }

    void backward(Chunk chunk, Matrix from, Matrix outputGradient, Matrix inputGradient) {
      inputGradient.resize(chunk.rows());
      int tasks = Pass.tasks(chunk.rows(), width);
      gradient.begin(tasks);
      pass.products(
          chunk,
          width,
          2 * inputs * outputs,
          (task, first, rows, scratch) -> {
            A x = scratch.array(Use.X, rows * inputs);
            A y = scratch.array(Use.Y, rows * outputs);
            pass.arithmetic().read(from, first, rows, 0, inputs, x);
            pass.arithmetic().read(outputGradient, first, rows, 0, outputs, y);
            scratch.rows().addTransposedProduct(x, y, rows, inputs, outputs, gradient.of(task));
            scratch.rows().product(y, rows, outputs, transposed, inputs, x);
            pass.arithmetic().write(x, inputGradient, first, rows, 0, inputs);
          });
      gradient.end(tasks);
    }
  }
}
