package io.github.pelab.layers.fused;

import io.github.pelab.layers.kernel.Rows;

/**
 * Neighbouring columns of a matrix, of which the others belong to somebody else.
 *
 * @param first the first of them
 * @param <A> {@code float[]} or {@code double[]}
 */
record Columns<A>(Matrix<A> matrix, int first) {
  Columns<A> from(int column) {
    return new Columns<>(matrix, first + column);
  }

  /** Their rows from {@code row} on. */
  Rows<A> rows(int row) {
    return new Rows<>(matrix.numbers(), row * matrix.columns() + first, matrix.columns());
  }
}
