package io.github.pelab.layers.scheme;

/**
 * A lag bias that is a table of parameters, {@code [buckets, H]}: lags that fall into one bucket
 * share their bias.
 */
public interface LearnedLagBias {
  /**
   * Number of buckets.
   *
   * @param maxLength the longest sequence
   */
  int buckets(int maxLength);

  /**
   * The bucket of a lag, from 0.
   *
   * @param lag i − j, from 1 − {@code maxLength} to {@code maxLength} − 1
   */
  int bucket(int lag, int maxLength);

  /** Standard deviation of the first values, normal. */
  double initialDeviation();

  /** Whether all layers of a stack share one table. */
  boolean shared();
}
