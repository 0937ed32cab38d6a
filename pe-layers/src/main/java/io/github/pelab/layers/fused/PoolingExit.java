package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import java.util.List;

/**
 * The mean of each sequence's rows, {@code [B, D]}, of which there may be a norm before.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class PoolingExit<A> implements Exit<A> {
  /** Rows that are worked on at a time. */
  private static final int ROWS = 32;

  private final Pass<A> pass;
  private final int width;
  private final RowNorm<A> norm;
  private final boolean poolsPadding;

  /**
   * A mean.
   *
   * @param norm null for none
   * @param poolsPadding whether it is over padding too
   */
  PoolingExit(Pass<A> pass, int width, RowNorm<A> norm, boolean poolsPadding) {
    this.pass = pass;
    this.width = width;
    this.norm = norm;
    this.poolsPadding = poolsPadding;
  }

  @Override
  public List<Parameter<A>> parameters() {
    return norm == null ? List.of() : norm.parameters();
  }

  private boolean counts(Sequence sequence, int i) {
    return poolsPadding || sequence.padding() == null || !sequence.padding()[i];
  }

  /** 1 / number of tokens. */
  private double share(Sequence sequence) {
    int tokens = 0;
    for (int i = 0; i < sequence.tokens(); i++) {
      tokens += counts(sequence, i) ? 1 : 0;
    }
    return 1.0 / Math.max(1, tokens);
  }

  @Override
  public void forward(Chunk chunk, Matrix<A> rows, OffHeap output) {
    pass.each(
        chunk.sequences().size(),
        (long) chunk.rows() * width,
        (task, scratch) -> {
          Sequence sequence = chunk.sequences().get(task);
          A pooled = scratch.array(Use.X, ROWS * width);
          A sum = scratch.array(Use.PART, width);
          pass.arithmetic().clear(sum, 0, width);
          for (int from = 0; from < sequence.tokens(); from += ROWS) {
            int count = Math.min(ROWS, sequence.tokens() - from);
            int at = (sequence.first() + from) * width;
            if (norm == null) {
              System.arraycopy(rows.numbers(), at, pooled, 0, count * width);
            } else {
              norm.rows(scratch, count, rows.numbers(), at, pooled, 0);
            }
            for (int i = 0; i < count; i++) {
              if (!counts(sequence, from + i)) {
                pass.arithmetic().clear(pooled, i * width, (i + 1) * width);
              }
            }
            scratch.rows().addSum(pooled, 0, count, width, sum);
          }
          double share = share(sequence);
          double[] mean = new double[width];
          for (int c = 0; c < width; c++) {
            mean[c] = share * pass.arithmetic().at(sum, c);
          }
          output.write(mean, 0, sequence.index() * width, width);
        });
  }

  @Override
  public void backward(Chunk chunk, Matrix<A> rows, OffHeap epsilon, Matrix<A> gradient) {
    gradient.resize(chunk.rows());
    int tasks = chunk.sequences().size();
    if (norm != null) {
      norm.beginGradients(tasks);
    }
    pass.each(
        tasks,
        (long) chunk.rows() * width,
        (task, scratch) -> {
          Sequence sequence = chunk.sequences().get(task);
          double[] of = new double[width];
          epsilon.read(sequence.index() * width, of, 0, width);
          double share = share(sequence);
          for (int c = 0; c < width; c++) {
            of[c] *= share;
          }
          A each = pass.arithmetic().of(of);
          for (int i = 0; i < sequence.tokens(); i++) {
            int at = (sequence.first() + i) * width;
            if (counts(sequence, i)) {
              System.arraycopy(each, 0, gradient.numbers(), at, width);
            } else {
              pass.arithmetic().clear(gradient.numbers(), at, at + width);
            }
          }
          if (norm != null) {
            int at = sequence.first() * width;
            norm.gradient(scratch, task, sequence.tokens(), rows.numbers(), gradient.numbers(), at);
          }
        });
    if (norm != null) {
      norm.endGradients(tasks);
    }
  }
}
