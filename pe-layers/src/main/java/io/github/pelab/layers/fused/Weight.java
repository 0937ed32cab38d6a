package io.github.pelab.layers.fused;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A matrix that rows are multiplied with: a parameter, or columns of several put side by side, so
 * that one product does for all of them.
 */
final class Weight implements Parameter {
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

  private final int inputs;
  private final int outputs;
  private final List<Piece> pieces;
  private final DataType type;
  private final boolean single;
  private INDArray value;
  private OffHeap packed;
  private INDArray gradient;
  private OffHeap packedGradient;

  /**
   * Of {@code pieces}; columns that none of them fills are 0.
   *
   * @param type of the parameters
   */
  Weight(DataType type, int inputs, int outputs, List<Piece> pieces) {
    this.type = type;
    this.inputs = inputs;
    this.outputs = outputs;
    this.pieces = pieces;
    single = pieces.size() == 1 && pieces.get(0).count() == outputs;
  }

  /** A parameter alone. */
  static Weight of(DataType type, int inputs, int outputs, String parameter) {
    return new Weight(type, inputs, outputs, List.of(Piece.of(parameter, outputs, 0)));
  }

  int outputs() {
    return outputs;
  }

  @Override
  public void load(Map<String, OffHeap> values) {
    if (single) {
      value = values.get(pieces.get(0).parameter()).array();
      return;
    }
    if (packed == null) {
      Matrix matrix = new Matrix(type, outputs).resize(inputs);
      matrix.rows().assign(0);
      value = matrix.rows();
      packed = matrix.numbers();
    }
    for (Piece each : pieces) {
      OffHeap from = values.get(each.parameter());
      for (int i = 0; i < inputs; i++) {
        packed.copy(i * outputs + each.to(), from, i * each.columns() + each.from(), each.count());
      }
    }
  }

  @Override
  public void clear(Map<String, OffHeap> gradients) {
    if (single) {
      gradient = gradients.get(pieces.get(0).parameter()).array();
    } else {
      if (packedGradient == null) {
        Matrix matrix = new Matrix(type, outputs).resize(inputs);
        gradient = matrix.rows();
        packedGradient = matrix.numbers();
      }
    }
    gradient.assign(0);
  }

  @Override
  public void store(Map<String, OffHeap> gradients) {
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
          to.copy(at, packedGradient, from, each.count());
        } else {
          to.add(at, packedGradient, from, each.count());
        }
      }
    }
  }

  /** to ← from · W. */
  void forward(Matrix from, Matrix to) {
    from.times(value, to);
  }

  /** Adds fromᵀ · gradient to that of W, and sets inputGradient ← gradient · Wᵀ. */
  void backward(Matrix from, Matrix outputGradient, Matrix inputGradient) {
    from.transposedTimes(outputGradient, gradient, true);
    outputGradient.timesTransposed(value, inputGradient);
  }
}
