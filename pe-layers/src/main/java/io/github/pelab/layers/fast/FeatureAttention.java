package io.github.pelab.layers.fast;

import io.github.pelab.layers.kernel.AttentionKernel;
import io.github.pelab.layers.kernel.FeatureKernel;
import io.github.pelab.layers.kernel.FeatureKernel.Others;
import io.github.pelab.layers.kernel.FeatureKernel.Sums;
import io.github.pelab.layers.kernel.FeatureKernel.Triangle;
import io.github.pelab.layers.kernel.Monomials;
import io.github.pelab.layers.kernel.Rows;

/**
 * Attention by monomials (arXiv 2302.13214), forward and backward, in O(n M (V + 1)) for M = (d + g
 * over g) monomials: a polynomial of a product is a product of monomials, and these can be summed
 * over keys before any query asks. Legend: n tokens, K = d size of queries and keys, V of values, s
 * scale, c weights of monomials (see {@link Monomials#weights}).
 *
 * <pre>
 *   p(s q_i · k_j) = Σ_m c_m φ_m(s q_i) φ_m(k_j)
 *   o_i = φ(s q_i) Σ_j c ∘ φ(k_j) ⊗ v_j  /  φ(s q_i) Σ_j c ∘ φ(k_j)          logSum_i = log of the latter
 * </pre>
 *
 * <p>Rotated queries and keys are queries and keys: RoPE needs nothing more, as R_(i−j) = R_iᵀ R_j
 * is a product. A lag bias is none, see {@link ToeplitzAttention}. Under a causal mask sums grow
 * from chunk to chunk, and within a chunk pairs are taken as pairs. Weights are never held, so that
 * none can be dropped.
 *
 * <p>Not for logits that are not small, nor for fewer than about M tokens: the exact kernel in
 * vectors is faster there. What is held of a head grows with M, not with n.
 *
 * @param <A> {@code float[]} or {@code double[]}, what heads are given and give
 */
public final class FeatureAttention<A> implements AttentionKernel<A> {
  /** Tokens that are worked on at a time: what they need stays near the processor. */
  private static final int CHUNK = 64;

  private final ExpPolynomial polynomial;
  private final FeatureKernel kernel;

  // Of the last head's sizes: a head is followed by its like.
  private int keySize;
  private int columns;
  private Sums sums;
  private Triangle triangle;

  /** Attention with this polynomial for the exponential, by this kernel. */
  public FeatureAttention(ExpPolynomial polynomial, FeatureKernel kernel) {
    this.polynomial = polynomial;
    this.kernel = kernel;
  }

  @Override
  public void forward(Head<A> head, Inputs<A> inputs, Rows<A> output, A logSum) {
    attend(head, inputs, output, logSum);
  }

  /**
   * As {@link #forward}.
   *
   * @return what no number of the output is off by more than
   * @throws IllegalStateException if logits may be larger than the polynomial's bound
   * @throws IllegalArgumentException if there is a lag bias, or dropout, or if the kernel's
   *     precision is too low for the bound
   */
  public double attend(Head<A> head, Inputs<A> inputs, Rows<A> output, A logSum) {
    Window<A> window = begin(head, inputs);
    if (!head.causal()) {
      addKeys(window, head.tokens());
    }
    eachChunk(
        head.tokens(),
        (first, count) -> {
          window.readQueries(first, count);
          sums.times(window.query(), count, window.mixed());
          if (head.causal()) {
            window.readKeys(first, count);
            triangle.times(window.query(), earlier(window), count, window.mixed());
            sums.add(window.key(), window.value(), count);
          }
          window.divide(first, count, output, logSum);
        });
    return polynomial.outputError(kernel.roundoff()) * window.largestValue();
  }

  /** Sums of keys are what queries' gradients need, sums of queries those of keys and values. */
  @Override
  public void backward(
      Head<A> head,
      Inputs<A> inputs,
      Rows<A> output,
      A logSum,
      Rows<A> outputGradient,
      Inputs<A> gradients,
      A lagBiasGradient) {
    Window<A> window = begin(head, inputs);
    int n = head.tokens();
    Inputs<double[]> own = window.gradients();
    if (!head.causal()) {
      addKeys(window, n);
    }
    eachChunk(
        n,
        (first, count) -> {
          window.readQueries(first, count);
          window.readGradient(output, logSum, outputGradient, first, count);
          sums.slope(window.query(), window.mixed(), count, own.query());
          if (head.causal()) {
            window.readKeys(first, count);
            triangle.slope(window.query(), window.mixed(), earlier(window), count, own.query());
            sums.add(window.key(), window.value(), count);
          }
          window.writeQueryGradients(first, count, gradients.query());
        });
    sums.clear();
    if (!head.causal()) {
      eachChunk(
          n,
          (first, count) -> {
            window.readQueries(first, count);
            window.readGradient(output, logSum, outputGradient, first, count);
            sums.add(window.query(), window.mixed(), count);
          });
    }
    for (int first = (n - 1) / CHUNK * CHUNK; first >= 0; first -= CHUNK) {
      int count = Math.min(CHUNK, n - first);
      window.readKeys(first, count);
      sums.times(window.key(), count, own.value());
      sums.slope(window.key(), window.value(), count, own.key());
      if (head.causal()) {
        window.readQueries(first, count);
        window.readGradient(output, logSum, outputGradient, first, count);
        triangle.times(window.key(), later(window), count, own.value());
        triangle.slope(window.key(), window.value(), later(window), count, own.key());
        sums.add(window.query(), window.mixed(), count);
      }
      window.writeKeyGradients(first, count, gradients);
    }
  }

  private static Others earlier(Window<?> window) {
    return new Others(window.key(), window.value(), false);
  }

  private static Others later(Window<?> window) {
    return new Others(window.query(), window.mixed(), true);
  }

  private void addKeys(Window<A> window, int tokens) {
    eachChunk(
        tokens,
        (first, count) -> {
          window.readKeys(first, count);
          sums.add(window.key(), window.value(), count);
        });
  }

  /** What is done for tokens {@code [first, first + count)}. */
  @FunctionalInterface
  private interface Work {
    void of(int first, int count);
  }

  private static void eachChunk(int tokens, Work work) {
    for (int first = 0; first < tokens; first += CHUNK) {
      work.of(first, Math.min(CHUNK, tokens - first));
    }
  }

  private Window<A> begin(Head<A> head, Inputs<A> inputs) {
    if (head.lagBias() != null) {
      throw new IllegalArgumentException("monomials of queries and keys know no lag bias");
    }
    polynomial.requirePrecision(kernel.roundoff());
    Window<A> window = new Window<>(polynomial, head, inputs, CHUNK);
    if (sums == null || keySize != head.keySize() || columns != window.columns()) {
      keySize = head.keySize();
      columns = window.columns();
      Monomials monomials = Monomials.of(keySize, polynomial.degree());
      double[] coefficients = polynomial.coefficients();
      sums = kernel.sums(monomials, monomials.weights(coefficients), columns);
      triangle = kernel.triangle(coefficients, keySize, columns, CHUNK);
    }
    sums.clear();
    return window;
  }
}
