package io.github.pelab.layers.fused;

import java.util.ArrayList;
import java.util.List;

/** A matrix for each chunk, kept for the backward pass; or one for all, where none follows. */
final class Kept {
  private final Pass<?> pass;
  private final int columns;
  private final List<Matrix> matrices = new ArrayList<>();

  Kept(Pass<?> pass, int columns) {
    this.pass = pass;
    this.columns = columns;
  }

  int columns() {
    return columns;
  }

  /** That of a chunk, which has its number of rows. */
  Matrix of(Chunk chunk) {
    int place = pass.place(chunk);
    while (matrices.size() <= place) {
      matrices.add(new Matrix(pass.type(), columns));
    }
    return matrices.get(place).resize(chunk.rows());
  }
}
