package io.github.pelab.layers.fused;

/**
 * Neighbouring columns of a matrix, of which the others belong to somebody else.
 *
 * @param first the first of them
 */
record Columns(Matrix matrix, int first) {
  Columns from(int column) {
    return new Columns(matrix, first + column);
  }
}
