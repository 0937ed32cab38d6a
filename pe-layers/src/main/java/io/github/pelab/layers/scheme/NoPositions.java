package io.github.pelab.layers.scheme;

/**
 * {@code nope}: no positional encoding. A bidirectional model with it sees a bag of tokens. Source:
 * Haviv et al., arXiv 2203.16634; Kazemnejad et al., arXiv 2305.19466 (both with a causal mask,
 * which tells positions by itself).
 */
public final class NoPositions implements PositionalScheme {
  @Override
  public Invariance invariance() {
    return Invariance.PERMUTATION;
  }

  @Override
  public String toString() {
    return "nope";
  }

  /** Makes {@code nope}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "nope";
    }

    @Override
    public String description() {
      return "no positional encoding (arXiv 2203.16634)";
    }

    @Override
    public PositionalScheme create(Arguments arguments) {
      return new NoPositions();
    }
  }
}
