package io.github.pelab.layers.scheme;

/**
 * What one head's scheme is as a function of the lag r = i − j, from −(T−1) to T−1: the entries of
 * its Toeplitz matrices. With q_p = q[2p] + i q[2p+1], and k_p likewise,
 *
 * <pre>
 *   logit[i,j] = 1/√K · Re Σ_p q_p(i) · conj(k_p(j)) · e^(i θ_p r)  +  bias(r)
 * </pre>
 *
 * (arXiv 2505.13027 writes the first term as a Hadamard product of Gram and Toeplitz matrices.) An
 * input term has no kernel by lag: it enters with the content. Computed from the lag, not from
 * products of the tables that kernels use. K is even here: what a scheme without rotation does to
 * an odd last component is no different from the others. A layer's logit scale multiplies the whole
 * logit.
 *
 * @param cos cos θ_p r at {@code [p][r + T − 1]}; 1 throughout where a pair is not rotated
 * @param sin sin θ_p r, likewise
 * @param bias at {@code [r + T − 1]}; 0 throughout if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // plain arrays for plain-array spectra; not compared
public record LagKernel(int length, double[][] cos, double[][] sin, double[] bias) {

  /**
   * The kernel of head {@code head} of {@code heads} for sequences of {@code length} tokens.
   *
   * @throws IllegalArgumentException if the scheme maps queries and keys by more than a rotation:
   *     then its logits are no function of the lag
   */
  public static LagKernel of(
      PositionalScheme scheme,
      int head,
      int heads,
      int headSize,
      int length,
      PositionTables.Learned learned) {
    scheme.check(heads, headSize);
    if (!scheme.hasLagKernel()) {
      throw new IllegalArgumentException(
          "scheme %s has no kernel by lag: it does not rotate pairs, but maps them in another way"
              .formatted(scheme));
    }
    int lags = 2 * length - 1;
    double[][] cos = new double[headSize / 2][lags];
    double[][] sin = new double[headSize / 2][lags];
    double[] bias = new double[lags];
    for (int at = 0; at < lags; at++) {
      int lag = at - length + 1;
      for (int p = 0; p < headSize / 2; p++) {
        int pair = p;
        double frequency =
            scheme.rotation().map(r -> r.frequency(head, heads, pair, headSize)).orElse(0.0);
        cos[p][at] = Math.cos(frequency * lag);
        sin[p][at] = Math.sin(frequency * lag);
      }
      double fixed = scheme.lagBias().map(b -> b.at(head, heads, lag)).orElse(0.0);
      double trained =
          scheme
              .learnedLagBias()
              .map(b -> learned.lagBias()[b.bucket(lag, learned.maxLength())][head])
              .orElse(0.0);
      bias[at] = fixed + trained;
    }
    return new LagKernel(length, cos, sin, bias);
  }
}
