package io.github.pelab.layers.fused;

import java.util.List;

/**
 * Rows become sequences {@code [B, T, D]}, zero at padding.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class SequenceExit<A> implements Exit<A> {
  private final Pass<A> pass;
  private final int width;

  SequenceExit(Pass<A> pass, int width) {
    this.pass = pass;
    this.width = width;
  }

  @Override
  public List<Parameter<A>> parameters() {
    return List.of();
  }

  @Override
  public void forward(Chunk chunk, Matrix<A> rows, OffHeap output) {
    for (Sequence sequence : chunk.sequences()) {
      for (int i = 0; i < sequence.tokens(); i++) {
        if (!padding(sequence, i)) {
          int row = sequence.first() + i;
          int at = chunk.numbers()[row] * width;
          pass.arithmetic().write(rows.numbers(), row * width, output, at, width);
        }
      }
    }
  }

  @Override
  public void backward(Chunk chunk, Matrix<A> rows, OffHeap epsilon, Matrix<A> gradient) {
    gradient.resize(chunk.rows());
    pass.each(
        chunk.sequences().size(),
        (long) chunk.rows() * width,
        (task, scratch) -> {
          Sequence sequence = chunk.sequences().get(task);
          for (int i = 0; i < sequence.tokens(); i++) {
            int row = sequence.first() + i;
            if (padding(sequence, i)) {
              pass.arithmetic().clear(gradient.numbers(), row * width, (row + 1) * width);
            } else {
              int at = chunk.numbers()[row] * width;
              pass.arithmetic().read(epsilon, at, gradient.numbers(), row * width, width);
            }
          }
        });
  }

  private static boolean padding(Sequence sequence, int i) {
    return sequence.padding() != null && sequence.padding()[i];
  }
}
