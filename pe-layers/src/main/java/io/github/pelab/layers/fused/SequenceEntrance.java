package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sequences {@code [B, T, D]} become rows, and the scheme's input term is added.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class SequenceEntrance<A> implements Entrance {
  private final Pass<A> pass;
  private final int width;
  private final InputTerms<A> terms;
  private OffHeap sequences;

  SequenceEntrance(Pass<A> pass, int width, InputTerms<A> terms) {
    this.pass = pass;
    this.width = width;
    this.terms = terms;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(terms);
  }

  @Override
  public void begin(INDArray input) {
    INDArray typed = input.castTo(pass.type());
    sequences = OffHeap.of(typed.ordering() == 'c' && !typed.isView() ? typed : typed.dup('c'));
  }

  @Override
  public void forward(Chunk chunk, Matrix to) {
    to.resize(chunk.rows());
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A x = scratch.array(Use.X, rows * width);
          for (int i = 0; i < rows; i++) {
            pass.arithmetic()
                .read(sequences, chunk.numbers()[first + i] * width, x, i * width, width);
          }
          terms.add(scratch, chunk, first, rows, x);
          pass.arithmetic().write(x, to, first, rows, 0, width);
        });
  }

  @Override
  public void backward(Chunk chunk, Matrix rows, OffHeap inputGradient) {
    terms.gradient(chunk, rows);
    for (int row = 0; row < chunk.rows(); row++) {
      inputGradient.copy(chunk.numbers()[row] * width, rows.numbers(), row * width, width);
    }
  }
}
