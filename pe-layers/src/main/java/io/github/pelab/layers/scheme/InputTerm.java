package io.github.pelab.layers.scheme;

/**
 * A vector of D numbers that is added to the token at each position, once, where the sequence
 * enters. Legend: T time, D width.
 */
public interface InputTerm {
  /** Whether the vectors are parameters; else they are what {@link #fixed} says. */
  boolean trainable();

  /** Standard deviation of the first values, normal, where the vectors are parameters. */
  default double initialDeviation() {
    throw new UnsupportedOperationException("the vectors are fixed");
  }

  /**
   * The fixed vector's component {@code dimension} at {@code position}.
   *
   * @param width D
   */
  default double fixed(int position, int dimension, int width) {
    throw new UnsupportedOperationException("the vectors are parameters");
  }
}
