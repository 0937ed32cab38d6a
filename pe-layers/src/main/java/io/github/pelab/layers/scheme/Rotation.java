package io.github.pelab.layers.scheme;

/**
 * A rotation of queries and keys by their position. The K components of a head are K/2 interleaved
 * pairs; pair p of head h at position t is turned by the angle t · {@code frequency(h, p)}:
 *
 * <pre>
 *   x'[2p]   = x[2p] cos a − x[2p+1] sin a
 *   x'[2p+1] = x[2p+1] cos a + x[2p] sin a          a = t · frequency
 * </pre>
 *
 * so that the product of a query at i with a key at j depends on positions through the lag i − j
 * alone.
 */
@FunctionalInterface
public interface Rotation {
  /**
   * Radians per position; 0 leaves the pair as it is.
   *
   * @param head from 0
   * @param heads H
   * @param pair from 0 to K/2 − 1
   * @param headSize K, even
   */
  double frequency(int head, int heads, int pair, int headSize);
}
