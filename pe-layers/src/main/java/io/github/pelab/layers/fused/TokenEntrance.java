package io.github.pelab.layers.fused;

import java.util.List;
import java.util.Map;

/**
 * Token numbers become rows of a table, and the scheme's input term is added.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class TokenEntrance<A> implements Entrance<A>, Parameter<A> {
  private final Pass<A> pass;
  private final String table;
  private final TokenInput tokens;
  private final int width;
  private final InputTerms<A> terms;
  private OffHeap value;
  private A gradient;

  /**
   * Of a table.
   *
   * @param table its parameter's name
   */
  TokenEntrance(Pass<A> pass, String table, TokenInput tokens, int width, InputTerms<A> terms) {
    this.pass = pass;
    this.table = table;
    this.tokens = tokens;
    this.width = width;
    this.terms = terms;
  }

  @Override
  public List<Parameter<A>> parameters() {
    return List.of(this, terms);
  }

  @Override
  public void load(Map<String, OffHeap> values) {
    value = values.get(table);
  }

  @Override
  public void forward(Chunk chunk, Matrix<A> to) {
    to.resize(chunk.rows());
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          for (int row = first; row < first + rows; row++) {
            int token = tokens.token(chunk.numbers()[row]);
            pass.arithmetic().read(value, token * width, to.numbers(), row * width, width);
          }
          terms.add(scratch, chunk, first, rows, to.numbers());
        });
  }

  @Override
  public void clear(Map<String, A> gradients) {
    gradient = gradients.get(table);
    pass.arithmetic().clear(gradient, 0, tokens.vocabulary() * width);
  }

  @Override
  public void backward(Chunk chunk, Matrix<A> rows, OffHeap inputGradient) {
    terms.gradient(chunk, rows);
    pass.alone(
        scratch -> {
          for (int row = 0; row < chunk.rows(); row++) {
            int token = tokens.token(chunk.numbers()[row]);
            scratch.rows().add(rows.numbers(), row * width, width, gradient, token * width);
          }
        });
  }

  @Override
  public void store(Map<String, A> gradients) {
    // They were summed up in their place.
  }
}
