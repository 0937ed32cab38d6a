package io.github.pelab.layers.fused;

import io.github.pelab.layers.kernel.Rows;

/**
 * Rows of numbers, one after another. It grows with what is asked of it and never shrinks, so that
 * in the long run nothing is allocated.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Matrix<A> {
  private final Arithmetic<A> arithmetic;
  private final int columns;
  private A numbers;

  Matrix(Arithmetic<A> arithmetic, int columns) {
    this.arithmetic = arithmetic;
    this.columns = columns;
    numbers = arithmetic.array(0);
  }

  int columns() {
    return columns;
  }

  /** Makes it a matrix of {@code count} rows, whose contents are undefined. */
  Matrix<A> resize(int count) {
    numbers = arithmetic.grown(numbers, Math.multiplyExact(count, columns));
    return this;
  }

  A numbers() {
    return numbers;
  }

  /** Its rows from {@code first} on. */
  Rows<A> rows(int first) {
    return new Rows<>(numbers, first * columns, columns);
  }
}
