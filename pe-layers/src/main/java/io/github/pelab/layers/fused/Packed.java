package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import io.github.pelab.layers.kernel.Rows;
import java.util.List;
import java.util.Map;

/**
 * The values of a matrix that rows are multiplied with, packed for the way forward and for the way
 * back: a parameter, or columns of several put side by side, so that one product does for all of
 * them.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Packed<A> {
  /**
   * Which matrix it is.
   *
   * @param inputs rows of it
   * @param outputs columns of it; those that no piece fills are 0
   */
  record Shape(int inputs, int outputs, List<Piece> pieces) {}

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

  private final Shape shape;
  private A forward;
  private A backward;

  Packed(Shape shape) {
    this.shape = shape;
  }

  void load(Arithmetic<A> arithmetic, Scratch<A> scratch, Map<String, OffHeap> values) {
    int inputs = shape.inputs();
    int outputs = shape.outputs();
    A matrix = scratch.array(Use.PART, inputs * outputs);
    arithmetic.clear(matrix, 0, inputs * outputs);
    for (Piece each : shape.pieces()) {
      OffHeap from = values.get(each.parameter());
      for (int i = 0; i < inputs; i++) {
        int at = i * each.columns() + each.from();
        arithmetic.read(from, at, matrix, i * outputs + each.to(), each.count());
      }
    }
    Rows<A> rows = new Rows<>(matrix, 0, outputs);
    forward = arithmetic.grown(forward, scratch.products().packed(inputs, outputs));
    scratch.products().pack(rows, inputs, outputs, forward);
    backward = arithmetic.grown(backward, scratch.products().packed(outputs, inputs));
    scratch.products().packTransposed(rows, outputs, inputs, backward);
  }

  /** {@code [I, O]}. */
  A forward() {
    return forward;
  }

  /** {@code [O, I]}. */
  A backward() {
    return backward;
  }
}
