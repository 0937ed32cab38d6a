package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import io.github.pelab.layers.runtime.TokenNumbers;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Token numbers become rows of a table, and the scheme's input term is added.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class TokenEntrance<A> implements Entrance, Parameter {
  private final Pass<A> pass;
  private final String table;
  private final int vocabulary;
  private final int width;
  private final InputTerms<A> terms;
  private int[] tokens;
  private OffHeap value;
  private OffHeap gradient;

  /**
   * Of a table.
   *
   * @param table its parameter's name
   */
  TokenEntrance(Pass<A> pass, String table, int vocabulary, int width, InputTerms<A> terms) {
    this.pass = pass;
    this.table = table;
    this.vocabulary = vocabulary;
    this.width = width;
    this.terms = terms;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(this, terms);
  }

  @Override
  public void load(Map<String, OffHeap> values) {
    value = values.get(table);
  }

  @Override
  public void begin(INDArray input) {
    tokens = TokenNumbers.of(input, vocabulary);
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
            int token = tokens[chunk.numbers()[first + i]];
            pass.arithmetic().read(value, token * width, x, i * width, width);
          }
          terms.add(scratch, chunk, first, rows, x);
          pass.arithmetic().write(x, to, first, rows, 0, width);
        });
  }

  @Override
  public void clear(Map<String, OffHeap> gradients) {
    gradient = gradients.get(table);
    gradient.array().assign(0);
  }

  @Override
  public void backward(Chunk chunk, Matrix rows, OffHeap inputGradient) {
    terms.gradient(chunk, rows);
    for (int row = 0; row < chunk.rows(); row++) {
      int token = tokens[chunk.numbers()[row]];
      gradient.add(token * width, rows.numbers(), row * width, width);
    }
  }

  @Override
  public void store(Map<String, OffHeap> gradients) {
    // They were summed up in their place.
  }
}
