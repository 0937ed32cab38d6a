package io.github.pelab.layers.scheme;

import java.util.Optional;

/**
 * A positional encoding, as the terms that it adds to attention and what it declares about itself.
 * Immutable. Its {@code toString()} is the expression that {@link Schemes#parse} reads back.
 *
 * <p>A term enters attention at one of these places, each of which may stay empty:
 *
 * <ul>
 *   <li>{@link #input()}: a vector is added to each token;
 *   <li>{@link #rotation()}: queries and keys are turned by their position ({@link #pairMap()}:
 *       mapped in another way, as one published model does);
 *   <li>{@link #lagBias()}: a number per head and lag is added to the logit;
 *   <li>{@link #learnedLagBias()}: the same, from a table of parameters.
 * </ul>
 */
public interface PositionalScheme {
  /** What a stack with this scheme alone cannot see. Proved by test for every scheme. */
  Invariance invariance();

  default Optional<InputTerm> input() {
    return Optional.empty();
  }

  default Optional<Rotation> rotation() {
    return Optional.empty();
  }

  /** What is done to queries and keys: the rotation, unless the scheme says otherwise. */
  default Optional<? extends PairMap> pairMap() {
    return rotation();
  }

  /** Whether its logits are a function of the lag: see {@link LagKernel}. */
  default boolean hasLagKernel() {
    return pairMap().isEmpty() || rotation().isPresent();
  }

  default Optional<LagBias> lagBias() {
    return Optional.empty();
  }

  default Optional<LearnedLagBias> learnedLagBias() {
    return Optional.empty();
  }

  /**
   * Refuses a shape that the scheme has no meaning for.
   *
   * @param heads H
   * @param headSize K
   * @throws IllegalArgumentException that says what was found and what to do
   */
  default void check(int heads, int headSize) {
    if (pairMap().isPresent() && headSize % 2 != 0) {
      throw new IllegalArgumentException(
          ("scheme %s turns pairs of components and needs an even head size, found %d (width %d / %d heads);"
                  + " choose a width that is a multiple of %d")
              .formatted(this, headSize, heads * headSize, heads, 2 * heads));
    }
  }
}
