package io.github.pelab.layers.fused;

import java.util.List;

/**
 * Sequences {@code [B, T, D]} become rows, and the scheme's input term is added.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class SequenceEntrance<A> implements Entrance<A> {
  private final Pass<A> pass;
  private final SequenceInput sequences;
  private final int width;
  private final InputTerms<A> terms;

  SequenceEntrance(Pass<A> pass, SequenceInput sequences, int width, InputTerms<A> terms) {
    this.pass = pass;
    this.sequences = sequences;
    this.width = width;
    this.terms = terms;
  }

  @Override
  public List<Parameter<A>> parameters() {
    return List.of(terms);
  }

  @Override
  public void forward(Chunk chunk, Matrix<A> to) {
    to.resize(chunk.rows());
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          for (int row = first; row < first + rows; row++) {
            int at = chunk.numbers()[row] * width;
            pass.arithmetic().read(sequences.numbers(), at, to.numbers(), row * width, width);
          }
          terms.add(scratch, chunk, first, rows, to.numbers());
        });
  }

  @Override
  public void backward(Chunk chunk, Matrix<A> rows, OffHeap inputGradient) {
    terms.gradient(chunk, rows);
    for (int row = 0; row < chunk.rows(); row++) {
      int at = chunk.numbers()[row] * width;
      pass.arithmetic().write(rows.numbers(), row * width, inputGradient, at, width);
    }
  }
}
