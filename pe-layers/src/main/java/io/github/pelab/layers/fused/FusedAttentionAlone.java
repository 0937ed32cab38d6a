package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
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
  public List<Parameter> parameters() {
    return attention.parameters();
  }

  @Override
  public void forward(Chunk chunk, Matrix input, Columns memoryKeys, Matrix to) {
    attention.forward(chunk, input, memoryKeys, to);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          A x = scratch.array(Use.X, rows * width);
          pass.arithmetic().read(to, first, rows, 0, width, x);
          attention.output().addBias(scratch, rows, x);
          pass.arithmetic().write(x, to, first, rows, 0, width);
        });
  }

  @Override
  public void backward(
      Chunk chunk, Matrix input, Columns memoryKeys, Matrix gradient, Columns memoryGradient) {
    Matrix attended = attention.output().gradientOfDropped(chunk, gradient, null);
    attention.backward(chunk, input, memoryKeys, attended, gradient, memoryGradient);
  }
}
