package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import java.util.List;

/**
 * Rows become sequences {@code [B, T, D]}, zero at padding.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class SequenceExit<A> implements Exit {
  private final Pass<A> pass;
  private final int width;

  SequenceExit(Pass<A> pass, int width) {
    this.pass = pass;
    this.width = width;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public void forward(Chunk chunk, Matrix rows, OffHeap output) {
    for (Sequence sequence : chunk.sequences()) {
      for (int i = 0; i < sequence.tokens(); i++) {
        if (!padding(sequence, i)) {
          int row = sequence.first() + i;
          output.copy(chunk.numbers()[row] * width, rows.numbers(), row * width, width);
        }
      }
    }
  }

  @Override
  public void backward(Chunk chunk, Matrix rows, OffHeap epsilon, Matrix gradient) {
    gradient.resize(chunk.rows());
    pass.each(
        chunk.sequences().size(),
        (long) chunk.rows() * width,
        (task, scratch) -> {
          Sequence sequence = chunk.sequences().get(task);
          A slope = scratch.array(Use.GRADIENT, width);
          for (int i = 0; i < sequence.tokens(); i++) {
            int row = sequence.first() + i;
            if (padding(sequence, i)) {
              pass.arithmetic().clear(slope, 0, width);
            } else {
              pass.arithmetic().read(epsilon, chunk.numbers()[row] * width, slope, 0, width);
            }
            pass.arithmetic().write(slope, gradient, row, 1, 0, width);
          }
        });
  }

  private static boolean padding(Sequence sequence, int i) {
    return sequence.padding() != null && sequence.padding()[i];
  }
}
