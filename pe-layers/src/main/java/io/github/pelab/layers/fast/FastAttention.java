package io.github.pelab.layers.fast;

import io.github.pelab.layers.kernel.AttentionKernel;
import io.github.pelab.layers.kernel.FeatureKernel;
import io.github.pelab.layers.kernel.Rows;

/**
 * Fast attention of whatever a layer's heads are, queries and keys rotated already: by monomials;
 * if there is a lag bias, as {@link LagBiasedAttention} has it.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class FastAttention<A> implements AttentionKernel<A> {
  private final AttentionKernel<A> unbiased;
  private final AttentionKernel<A> biased;

  private FastAttention(AttentionKernel<A> unbiased, AttentionKernel<A> biased) {
    this.unbiased = unbiased;
    this.biased = biased;
  }

  /** Attention with this polynomial for the exponential, of numbers in double precision. */
  public static FastAttention<double[]> ofDoubles(ExpPolynomial polynomial, FeatureKernel kernel) {
    return new FastAttention<>(
        new FeatureAttention<>(polynomial, kernel), new LagBiasedAttention(polynomial));
  }

  /** The same of numbers in single precision. */
  public static FastAttention<float[]> ofSingles(ExpPolynomial polynomial, FeatureKernel kernel) {
    return new FastAttention<>(
        new FeatureAttention<>(polynomial, kernel),
        new WidenedAttention(new LagBiasedAttention(polynomial)));
  }

  private AttentionKernel<A> of(Head<A> head) {
    return head.lagBias() == null ? unbiased : biased;
  }

  @Override
  public void forward(Head<A> head, Inputs<A> inputs, Rows<A> output, A logSum) {
    of(head).forward(head, inputs, output, logSum);
  }

  @Override
  public void backward(
      Head<A> head,
      Inputs<A> inputs,
      Rows<A> output,
      A logSum,
      Rows<A> outputGradient,
      Inputs<A> gradients,
      A lagBiasGradient) {
    of(head).backward(head, inputs, output, logSum, outputGradient, gradients, lagBiasGradient);
  }
}
