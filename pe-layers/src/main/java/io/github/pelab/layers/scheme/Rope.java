package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;

/**
 * {@code rope(base=10000)}: rotary position embedding over interleaved pairs, pair p turning by
 * base^(−2p/K) radians per position. Source: Su et al., arXiv 2104.09864. The layout that rotates
 * the two halves of a head instead is the same model with its query and key columns permuted.
 *
 * @param base above 0; larger turns the later pairs more slowly
 */
public record Rope(double base) implements PositionalScheme {
  @Override
  public Invariance invariance() {
    return Invariance.SHIFT;
  }

  @Override
  public Optional<Rotation> rotation() {
    return Optional.of((head, heads, pair, headSize) -> Math.pow(base, -2.0 * pair / headSize));
  }

  @Override
  public String toString() {
    return "rope(base=" + Numbers.text(base) + ")";
  }

  /** Makes {@code rope}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "rope";
    }

    @Override
    public String description() {
      return "rotation of query and key pairs by position (arXiv 2104.09864)";
    }

    @Override
    public List<SchemeOption> options() {
      return List.of(
          new SchemeOption("base", "10000", "pair p turns by base^(-2p/K) radians per position"));
    }

    @Override
    public PositionalScheme create(SchemeArguments arguments) {
      return new Rope(arguments.numberAbove(0, "base"));
    }
  }
}
