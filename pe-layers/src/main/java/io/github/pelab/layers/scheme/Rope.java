package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;

/**
 * {@code rope(base=10000,heads=0,fraction=1)}: rotary position embedding over interleaved pairs. Of
 * the R components that rotate in a head of K, pair p turns by base^(−2p/R) radians per position; R
 * = K, or with {@code fraction} below 1 (partial rotation: Black et al., arXiv 2204.06745) that
 * part of K, rounded to whole pairs. {@code heads} above 0 rotates the first so many heads only
 * (arXiv 2505.13027). Source: Su et al., arXiv 2104.09864. The layout that rotates the two halves
 * of a head instead is the same model with its query and key columns permuted.
 *
 * @param base above 0; larger turns the later pairs more slowly
 * @param rotatingHeads number of heads that rotate; 0 for all
 * @param fraction of a head's components that rotate
 */
public record Rope(double base, int rotatingHeads, double fraction) implements PositionalScheme {
  @Override
  public Invariance invariance() {
    return Invariance.SHIFT;
  }

  @Override
  public Optional<Rotation> rotation() {
    return Optional.of(this::frequency);
  }

  private double frequency(int head, int heads, int pair, int headSize) {
    int pairs = rotatingPairs(headSize);
    boolean rotates = pair < pairs && (rotatingHeads == 0 || head < rotatingHeads);
    return rotates ? Math.pow(base, -(double) pair / pairs) : 0;
  }

  private int rotatingPairs(int headSize) {
    return (int) Math.round(fraction * headSize / 2);
  }

  @Override
  public void check(int heads, int headSize) {
    PositionalScheme.super.check(heads, headSize);
    if (rotatingHeads > heads) {
      throw new IllegalArgumentException(
          "scheme %s: option heads is above the number of heads, which is %d"
              .formatted(this, heads));
    }
    if (rotatingPairs(headSize) == 0) {
      throw new IllegalArgumentException(
          "scheme %s: option fraction leaves no pair to rotate in a head of size %d"
              .formatted(this, headSize));
    }
  }

  @Override
  public String toString() {
    return new Expression("rope")
        .option("base", base, 10_000.0)
        .option("heads", rotatingHeads, 0)
        .option("fraction", fraction, 1.0)
        .toString();
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
    public List<Option> options() {
      return List.of(
          new Option("base", "10000", "pair p turns by base^(-2p/K) radians per position"),
          new Option("heads", "0", "rotates the first so many heads only; 0 for all"),
          new Option("fraction", "1", "part of a head's components that rotates"));
    }

    @Override
    public PositionalScheme create(Arguments arguments) {
      return new Rope(
          arguments.numberAbove(0, "base"),
          arguments.wholeNumber(0, 65_536, "heads"),
          arguments.fraction("fraction"));
    }
  }
}
