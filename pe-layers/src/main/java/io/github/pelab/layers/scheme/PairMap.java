package io.github.pelab.layers.scheme;

/**
 * A linear map of queries and keys by their position. The K components of a head are K/2
 * interleaved pairs; of pair p of head h at position t it makes
 *
 * <pre>
 *   x'[2p]   = x[2p] c − x[2p+1] s
 *   x'[2p+1] = x[2p+1] c + x[2p] s
 * </pre>
 *
 * Where c² + s² = 1 it is a {@link Rotation}, and only there is a logit a function of the lag.
 */
public interface PairMap {
  /**
   * c of a pair.
   *
   * @param head from 0
   * @param heads H
   * @param pair from 0 to K/2 − 1
   * @param headSize K, even
   * @param position t, from 0
   */
  double cos(int head, int heads, int pair, int headSize, int position);

  /** s of a pair, likewise. */
  double sin(int head, int heads, int pair, int headSize, int position);
}
