package io.github.pelab.layers.fused;

import java.util.HashMap;
import java.util.Map;

/**
 * Matrices for what lives no longer than a chunk's turn in a block, so that blocks share them.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Temporaries<A> {
  private final Arithmetic<A> arithmetic;
  private final Map<String, Matrix<A>> matrices = new HashMap<>();

  Temporaries(Arithmetic<A> arithmetic) {
    this.arithmetic = arithmetic;
  }

  /**
   * A matrix of {@code rows} rows, whatever is in it.
   *
   * @param use those that are used at the same time differ
   */
  Matrix<A> of(String use, int rows, int columns) {
    return matrices
        .computeIfAbsent(use + " " + columns, name -> new Matrix<>(arithmetic, columns))
        .resize(rows);
  }
}
