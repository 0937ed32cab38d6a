package io.github.pelab.layers.kernel;

/**
 * Attention of one head over one sequence, forward and backward, in memory that grows with the
 * sequence, not with its square. Legend: n tokens, K size of queries and keys, V size of values, r
 * = i − j lag.
 *
 * <pre>
 *   logit[i,j] = scale · q_i · k_j + lagBias[r + n − 1] + keyBias[j]      −∞ where j may not be seen
 *   p[i,j]     = exp(logit[i,j] − logSum[i])                     logSum[i] = log Σ_j exp(logit[i,j])
 *   o_i        = Σ_j dropped(p)[i,j] v_j
 * </pre>
 *
 * A query that sees no key has output 0 and gradient 0. A kernel has scratch memory of its own: one
 * thread uses it at a time.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public interface AttentionKernel<A> {
  /**
   * What is the same for all rows of a head.
   *
   * @param tokens n
   * @param keySize K
   * @param valueSize V
   * @param scale of the products of queries and keys
   * @param lagBias {@code [2n − 1]}; null if there is none
   * @param keyBias {@code [n]}, −∞ for a key that is not seen; null if there is none
   * @param causal whether a query sees no later key
   * @param dropout of the weights, row i and column j; null for none
   */
  record Head<A>(
      int tokens,
      int keySize,
      int valueSize,
      double scale,
      A lagBias,
      A keyBias,
      boolean causal,
      DropoutPattern dropout) {}

  /**
   * Queries and keys {@code [n, K]}, values {@code [n, V]}, or their gradients.
   *
   * @param <A> {@code float[]} or {@code double[]}
   */
  record Inputs<A>(Rows<A> query, Rows<A> key, Rows<A> value) {}

  /**
   * Attends.
   *
   * @param output {@code [n, V]}, overwritten
   * @param logSum {@code [n]}, overwritten, for the backward pass
   */
  void forward(Head<A> head, Inputs<A> inputs, Rows<A> output, A logSum);

  /**
   * The gradients of a loss, given that of the output.
   *
   * @param output of the forward pass, as {@code logSum}
   * @param outputGradient {@code [n, V]}
   * @param gradients overwritten
   * @param lagBiasGradient {@code [2n − 1]}, added to; null if it is not wanted
   */
  void backward(
      Head<A> head,
      Inputs<A> inputs,
      Rows<A> output,
      A logSum,
      Rows<A> outputGradient,
      Inputs<A> gradients,
      A lagBiasGradient);
}
