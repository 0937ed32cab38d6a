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
  private final Kept between;

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
    between = new Kept(pass, width);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(attentionNorm.parameters());
    parameters.addAll(attention.parameters());
    parameters.addAll(feedForwardNorm.parameters());
    parameters.addAll(feedForward.parameters());
    return parameters;
  }

  private Matrix normed() {
    return pass.shared("normed", width);
  }

  private Matrix product() {
    return pass.shared("product", width);
  }

  private DropoutPattern attentionDropout() {
    return pass.dropout(DropoutSite.ATTENTION, block, shape.attentionDropout());
  }

  private DropoutPattern outputDropout() {
    return pass.dropout(DropoutSite.OUTPUT, block, shape.outputDropout());
  }

  @Override
  public void forward(Chunk chunk, Matrix input, Columns memoryKeys, Matrix to) {
    Matrix middle = between.of(chunk);
    attentionNorm.forward(chunk, input, normed());
    attention.forward(chunk, normed(), memoryKeys, product());
    attentionOut.addDropped(chunk, product(), attentionDropout(), input, middle);
    feedForwardNorm.forward(chunk, middle, normed());
    feedForward.forward(chunk, normed(), product());
    feedForward.out().addDropped(chunk, product(), outputDropout(), middle, to);
  }

  @Override
  public void backward(
      Chunk chunk, Matrix input, Columns memoryKeys, Matrix gradient, Columns memoryGradient) {
    Matrix middle = between.of(chunk);
    Matrix fed = feedForward.out().gradientOfDropped(chunk, gradient, outputDropout());
    feedForwardNorm.forward(chunk, middle, normed());
    feedForward.backward(chunk, normed(), fed, product());
    feedForwardNorm.addGradient(chunk, middle, product(), gradient);

    Matrix attended = attentionOut.gradientOfDropped(chunk, gradient, attentionDropout());
    attentionNorm.forward(chunk, input, normed());
    attention.backward(chunk, normed(), memoryKeys, attended, product(), memoryGradient);
    attentionNorm.addGradient(chunk, input, product(), gradient);
  }
}
