package io.github.pelab.layers.heads;

import java.util.Locale;

/**
 * A part of what a head scores a query and a key with:
 *
 * <pre>
 *   logit[i,j] = content[i,j] + rotary[i,j] + lag bias(i − j)
 * </pre>
 *
 * Where a part is missing the others stay as they are, scale included. A constant in its place
 * would be no different: softmax does not see it.
 */
public enum HeadPart {
  /** The product of queries and keys that no scheme rotates; of latent attention. */
  CONTENT,
  /** The product of queries and keys that a scheme may rotate; of latent attention. */
  ROTARY,
  /** What a scheme does to queries and keys by position: without it they are scored as they are. */
  ROTATION,
  /** The scheme's number for the head and the lag, fixed and learned. */
  LAG_BIAS;

  /** As users write it, for instance {@code lag-bias}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
