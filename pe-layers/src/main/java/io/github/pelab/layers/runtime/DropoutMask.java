package io.github.pelab.layers.runtime;

/**
 * Dropout by counting: whether element e of a site is kept is a function of (seed, site, e), so
 * that the backward pass draws the same mask again and nothing has to be stored or resumed. The
 * function is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), whose n-th number is a mix of seed +
 * n·γ.
 */
final class DropoutMask {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private DropoutMask() {}

  /** A seed that differs whenever one of the parts differs. */
  static long seed(long... parts) {
    long seed = 0;
    for (long part : parts) {
      seed = mix((seed ^ part) + GAMMA);
    }
    return seed;
  }

  /**
   * Fills {@code mask} with 0, with probability {@code rate}, and else 1 / (1 − rate), so that the
   * expectation of each element is 1.
   */
  static void fill(double[] mask, double rate, long seed) {
    double kept = 1 / (1 - rate);
    for (int e = 0; e < mask.length; e++) {
      double uniform = (mix(seed + (e + 1) * GAMMA) >>> 11) * 0x1p-53;
      mask[e] = uniform < rate ? 0 : kept;
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
