package io.github.pelab.layers.fast;

import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;

/**
 * What no logit of a head is larger than, lag bias left aside, by Cauchy and Schwarz: the product
 * of both lengths. It takes a look at each token, not at each pair, and is turned by no rotation.
 *
 * @param query the largest scale · |q_i|
 * @param key the largest |k_j| of the keys that are seen
 */
public record LogitBound(double query, double key) {
  /** For queries and keys that were cut and turned in single precision. */
  static final double ROUNDED = 1 + 2e-6;

  /** The bound of a head's logits: of all queries, and of the keys that are seen. */
  public static <A> LogitBound of(Head<A> head, Inputs<A> inputs) {
    Mix<A> mix = Mix.of(head, inputs);
    double query = 0;
    double key = 0;
    for (int i = 0; i < head.tokens(); i++) {
      query = Math.max(query, mix.precision().square(inputs.query(), i, head.keySize()));
      if (mix.sees(i)) {
        key = Math.max(key, mix.precision().square(inputs.key(), i, head.keySize()));
      }
    }
    return new LogitBound(head.scale() * Math.sqrt(query), Math.sqrt(key));
  }

  /** The bound itself. */
  public double largest() {
    return query * key;
  }

  /**
   * Refuses logits that a polynomial was not made for: its error outside has no bound.
   *
   * @param largest what no logit is larger than
   * @throws IllegalStateException that says how large they may be and what to do
   */
  public static void require(ExpPolynomial polynomial, double largest) {
    if (!(largest <= polynomial.bound() * ROUNDED)) {
      throw new IllegalStateException(
          ("fast attention: logits may come to %.4g, its polynomial of degree %d holds up to %s;%s have"
                  + " queries and keys cut (cut=true), or take multi-head, which has the same parameters"
                  + " and no bound")
              .formatted(
                  largest,
                  polynomial.degree(),
                  polynomial.bound(),
                  largest < ExpPolynomial.LARGEST_BOUND
                      ? " give a larger bound and a higher degree,"
                      : ""));
    }
  }
}
