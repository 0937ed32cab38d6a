package io.github.pelab.layers.fused;

import java.util.List;

/**
 * Attention and nothing else.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class FusedAttentionAlone<A> implements FusedSublayer<A> {
  private final Pass<A> pass;
  private final int width;
  private final FusedAttention<A> attention;

  FusedAttentionAlone(Pass<A> pass, int width, FusedAttention<A> attention) {
    this.pass = pass;
    this.width = width;
    this.attention = attention;
  }

  @Override
  public List<Parameter<A>> parameters() {
    return attention.parameters();
  }

  @Override
  public void attend(Chunk chunk, Matrix<A> input, Columns<A> memoryKeys) {
    attention.attend(chunk, input, memoryKeys);
  }

  @Override
  public void finish(Chunk chunk, Matrix<A> input, Matrix<A> to) {
    attention.project(chunk, to);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) ->
            attention.output().addBias(scratch, rows, to.numbers(), first * width));
  }

  @Override
  public void backward(
      Chunk chunk,
      Matrix<A> input,
      Columns<A> memoryKeys,
      Matrix<A> gradient,
      Columns<A> memoryGradient) {
    Matrix<A> attended = attention.output().gradientOfDropped(chunk, gradient, null);
    attention.backward(chunk, input, memoryKeys, attended, gradient, memoryGradient);
  }
}
