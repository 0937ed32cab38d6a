package io.github.pelab.layers.fused;

import java.util.ArrayList;
import java.util.List;

/**
 * A matrix for each chunk, kept for the backward pass; or one for all, where none follows.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Kept<A> {
  private final Pass<A> pass;
  private final int columns;
  private final List<Matrix<A>> matrices = new ArrayList<>();

  Kept(Pass<A> pass, int columns) {
    this.pass = pass;
    this.columns = columns;
  }

  int columns() {
    return columns;
  }

  /** That of a chunk, which has its number of rows. */
  Matrix<A> of(Chunk chunk) {
    int place = pass.place(chunk);
    while (matrices.size() <= place) {
      matrices.add(new Matrix<>(pass.arithmetic(), columns));
    }
    return matrices.get(place).resize(chunk.rows());
  }
}
