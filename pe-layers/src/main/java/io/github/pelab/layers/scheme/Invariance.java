package io.github.pelab.layers.scheme;

/**
 * What a bidirectional stack with masked attention and masked pooling cannot see of positions, when
 * this scheme is all that tells it of them. Ordered from blind to all-seeing. (A causal mask, or
 * padding that is attended to or pooled over, tells positions by itself.)
 */
public enum Invariance {
  /** The order of the tokens: any permutation gives the same output. */
  PERMUTATION,
  /** Where the sequence starts: moving all tokens by the same number of places changes nothing. */
  SHIFT,
  /** Nothing: absolute positions matter. */
  NONE
}
