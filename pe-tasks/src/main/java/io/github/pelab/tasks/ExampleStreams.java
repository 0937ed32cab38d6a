package io.github.pelab.tasks;

import java.util.SplittableRandom;

/**
 * A generator's random streams: one for each (split, index), and one for each index that all splits
 * share.
 *
 * <p>The seed of a stream is mix(key + γ·n). The key hashes (generator, task seed). The counter n =
 * 4·index + lane, with lane 0 for what is shared and 1, 2, 3 for the splits, numbers the streams. γ
 * is odd, the golden ratio's fraction, and mix is SplitMix64's finaliser (Stafford's variant 13),
 * so n ↦ seed is a bijection on 64 bits: <b>under one key no two streams have the same seed</b>,
 * whatever their split and index. (All SplitMix64 states lie on one orbit, so a stream may run into
 * a later part of another, with odds of about n²·2⁻⁵⁸ for n short streams; even then the two are
 * shifted against each other, and what they generate differs.)
 *
 * <p>Immutable. A change of the formula, or of the order in which a generator draws, changes every
 * example: raise the version in the generator's name then.
 */
public final class ExampleStreams {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final int LANE_BITS = 2;
  private static final int SHARED_LANE = 0;

  private final long key;

  /**
   * The streams of a generator.
   *
   * @param generator name and version, for instance {@code distance/1}
   * @param taskSeed any value
   */
  public ExampleStreams(String generator, long taskSeed) {
    // The length goes first, so that no (name, seed) is another's prefix.
    long hash = absorb(0, generator.length());
    for (int i = 0; i < generator.length(); i++) {
      hash = absorb(hash, generator.charAt(i));
    }
    this.key = absorb(hash, taskSeed);
  }

  /**
   * A fresh stream, at its start, for the example at {@code index} of {@code split}.
   *
   * @throws IllegalArgumentException unless 0 ≤ index &lt; 2⁶¹
   */
  public SplittableRandom example(Split split, long index) {
    return new SplittableRandom(seed(split, index));
  }

  /**
   * A fresh stream, at its start, for what belongs to no split (vocabulary roles, orders).
   *
   * @throws IllegalArgumentException unless 0 ≤ index &lt; 2⁶¹
   */
  public SplittableRandom shared(long index) {
    return new SplittableRandom(seed(SHARED_LANE, index));
  }

  /** The seed of {@link #example}'s stream. */
  long seed(Split split, long index) {
    return seed(lane(split), index);
  }

  private long seed(int lane, long index) {
    if (index >>> (Long.SIZE - LANE_BITS - 1) != 0) {
      throw new IllegalArgumentException(
          "index: found %d; give one from 0 to 2^61 - 1".formatted(index));
    }
    return mix(key + GOLDEN_GAMMA * ((index << LANE_BITS) | lane));
  }

  /** Written out, so that reordering the enum cannot move the streams. */
  private static int lane(Split split) {
    return switch (split) {
      case TRAIN -> 1;
      case VALIDATION -> 2;
      case TEST -> 3;
    };
  }

  private static long absorb(long hash, long value) {
    return mix(hash + GOLDEN_GAMMA + value);
  }

  private static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
