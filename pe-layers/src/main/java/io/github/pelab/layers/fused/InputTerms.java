package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import io.github.pelab.layers.scheme.InputTerm;
import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionTables.Learned;
import java.util.Map;
import java.util.Optional;

/**
 * What a scheme adds to each token by its position, fixed or learned.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class InputTerms<A> implements Parameter<A> {
  private final Pass<A> pass;
  private final AttentionShape shape;
  private final Optional<InputTerm> term;
  private final String parameter;
  private int length;
  private A fixed;
  private OffHeap learned;
  private A gradient;

  /**
   * Of an attention's scheme.
   *
   * @param parameter name of the learned rows {@code [maxLength, D]}, if there are any
   */
  InputTerms(Pass<A> pass, AttentionShape shape, String parameter) {
    this.pass = pass;
    this.shape = shape;
    this.parameter = parameter;
    term = shape.scheme().input();
  }

  private boolean trainable() {
    return term.isPresent() && term.get().trainable();
  }

  @Override
  public void load(Map<String, OffHeap> values) {
    int tokens = Math.toIntExact(pass.call().length());
    if (trainable()) {
      learned = values.get(parameter);
    } else if (term.isPresent() && tokens > length) {
      length = tokens;
      PositionTables tables =
          PositionTables.of(
              shape.scheme(),
              shape.heads(),
              shape.rotary(),
              shape.width(),
              length,
              Learned.NOTHING);
      fixed = pass.arithmetic().of(tables.input());
    }
  }

  /** Adds the terms to rows {@code first} on of a chunk's {@code [n, D]}. */
  void add(Scratch<A> scratch, Chunk chunk, int first, int rows, A to) {
    if (term.isEmpty()) {
      return;
    }
    int width = shape.width();
    A terms = scratch.array(Use.PART, rows * width);
    for (int i = 0; i < rows; i++) {
      int t = position(chunk, first + i);
      if (trainable()) {
        pass.arithmetic().read(learned, t * width, terms, i * width, width);
      } else {
        System.arraycopy(fixed, t * width, terms, i * width, width);
      }
    }
    scratch.rows().add(terms, 0, rows * width, to, first * width);
  }

  private int position(Chunk chunk, int row) {
    return (int) (chunk.numbers()[row] % pass.call().length());
  }

  @Override
  public void clear(Map<String, A> gradients) {
    if (trainable()) {
      gradient = gradients.get(parameter);
      pass.arithmetic().clear(gradient, 0, shape.maxLength() * shape.width());
    }
  }

  /** Takes the gradients of a chunk's rows. */
  void gradient(Chunk chunk, Matrix<A> rows) {
    if (!trainable()) {
      return;
    }
    int width = shape.width();
    pass.alone(
        scratch -> {
          for (int row = 0; row < chunk.rows(); row++) {
            int at = position(chunk, row) * width;
            scratch.rows().add(rows.numbers(), row * width, width, gradient, at);
          }
        });
  }

  @Override
  public void store(Map<String, A> gradients) {
    // They were summed up in their place.
  }
}
