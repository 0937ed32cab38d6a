package io.github.pelab.layers.fused;

import io.github.pelab.layers.kernel.DropoutPattern;
import io.github.pelab.layers.runtime.DropoutSite;
import java.util.ArrayList;
import java.util.List;

/**
 * A pre-norm encoder block: x ← x + dropout(attention(norm(x))), x ← x +
 * dropout(feedForward(norm(x))).
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class FusedBlock<A> implements FusedSublayer<A> {
  private final Pass<A> pass;
  private final int block;
  private final BlockShape shape;
  private final int width;
  private final RowNorm<A> attentionNorm;
  private final FusedAttention<A> attention;
  private final Linear<A> attentionOut;
  private final RowNorm<A> feedForwardNorm;
  private final FusedFeedForward<A> feedForward;
  private final Kept<A> between;

  FusedBlock(
      Pass<A> pass,
      int block,
      BlockShape shape,
      int width,
      RowNorm<A> attentionNorm,
      FusedAttention<A> attention,
      RowNorm<A> feedForwardNorm,
      FusedFeedForward<A> feedForward) {
    this.pass = pass;
    this.block = block;
    this.shape = shape;
    this.width = width;
    this.attentionNorm = attentionNorm;
    this.attention = attention;
    this.feedForwardNorm = feedForwardNorm;
    this.feedForward = feedForward;
    attentionOut = attention.output();
    between = new Kept<>(pass, width);
  }

  @Override
  public List<Parameter<A>> parameters() {
    List<Parameter<A>> parameters = new ArrayList<>(attentionNorm.parameters());
    parameters.addAll(attention.parameters());
    parameters.addAll(feedForwardNorm.parameters());
    parameters.addAll(feedForward.parameters());
    return parameters;
  }

  private DropoutPattern attentionDropout() {
    return pass.dropout(DropoutSite.ATTENTION, block, shape.attentionDropout());
  }

  private DropoutPattern outputDropout() {
    return pass.dropout(DropoutSite.OUTPUT, block, shape.outputDropout());
  }

  @Override
  public void attend(Chunk chunk, Matrix<A> input, Columns<A> memoryKeys) {
    Matrix<A> normed = pass.temporary("normed", chunk, width);
    attentionNorm.forward(chunk, input, normed);
    attention.attend(chunk, normed, memoryKeys);
  }

  @Override
  public void finish(Chunk chunk, Matrix<A> input, Matrix<A> to) {
    Matrix<A> middle = between.of(chunk);
    Matrix<A> normed = pass.temporary("normed", chunk, width);
    attention.project(chunk, middle);
    attentionOut.finish(chunk, middle, attentionDropout(), input);
    feedForwardNorm.forward(chunk, middle, normed);
    feedForward.forward(chunk, normed, to);
    feedForward.out().finish(chunk, to, outputDropout(), middle);
  }

  @Override
  public void backward(
      Chunk chunk,
      Matrix<A> input,
      Columns<A> memoryKeys,
      Matrix<A> gradient,
      Columns<A> memoryGradient) {
    Matrix<A> middle = between.of(chunk);
    Matrix<A> normed = pass.temporary("normed", chunk, width);
    Matrix<A> slope = pass.temporary("normed gradient", chunk, width);
    Matrix<A> fed = feedForward.out().gradientOfDropped(chunk, gradient, outputDropout());
    feedForwardNorm.forward(chunk, middle, normed);
    feedForward.backward(chunk, normed, fed, slope);
    feedForwardNorm.addGradient(chunk, middle, slope, gradient);

    Matrix<A> attended = attentionOut.gradientOfDropped(chunk, gradient, attentionDropout());
    attentionNorm.forward(chunk, input, normed);
    attention.backward(chunk, normed, memoryKeys, attended, slope, memoryGradient);
    attentionNorm.addGradient(chunk, input, slope, gradient);
  }
}
