package io.github.pelab.layers.scheme;

/**
 * A rotation of queries and keys by their position: pair p of head h at position t is turned by the
 * angle t · {@code frequency(h, p)}, so that the product of a query at i with a key at j depends on
 * positions through the lag i − j alone.
 */
@FunctionalInterface
public interface Rotation extends PairMap {
  /**
   * Radians per position; 0 leaves the pair as it is.
   *
   * @param head from 0
   * @param heads H
   * @param pair from 0 to K/2 − 1
   * @param headSize K, even
   */
  double frequency(int head, int heads, int pair, int headSize);

  @Override
  default double cos(int head, int heads, int pair, int headSize, int position) {
    return Math.cos(position * frequency(head, heads, pair, headSize));
  }

  @Override
  default double sin(int head, int heads, int pair, int headSize, int position) {
    return Math.sin(position * frequency(head, heads, pair, headSize));
  }
}
