package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;

/**
 * {@code sinusoidal(base=10000,layout=interleaved)}: pair p of the width gets sin and cos of t ·
 * base^(−2p/D). Source: Vaswani et al., arXiv 1706.03762, where sine and cosine alternate. {@code
 * layout=halves} puts all sines first; it is what the released code of arXiv 2505.13027 adds beside
 * its rotation.
 */
public record Sinusoidal(double base, Layout layout) implements PositionalScheme {
  /** Where sine and cosine of a pair stand. */
  public enum Layout {
    /** At 2p and 2p + 1. */
    INTERLEAVED,
    /** At p and p + D/2. */
    HALVES
  }

  @Override
  public Invariance invariance() {
    return Invariance.NONE;
  }

  @Override
  public Optional<InputTerm> input() {
    return Optional.of(
        new InputTerm() {
          @Override
          public boolean trainable() {
            return false;
          }

          @Override
          public double fixed(int position, int dimension, int width) {
            boolean halves = layout == Layout.HALVES;
            int half = (width + 1) / 2;
            int pair = halves ? dimension % half : dimension / 2;
            boolean sine = halves ? dimension < half : dimension % 2 == 0;
            double angle = position * Math.pow(base, -2.0 * pair / width);
            return sine ? Math.sin(angle) : Math.cos(angle);
          }
        });
  }

  @Override
  public String toString() {
    return new Expression("sinusoidal")
        .option("base", base, 10_000.0)
        .option("layout", layout, Layout.INTERLEAVED)
        .toString();
  }

  /** Makes {@code sinusoidal}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "sinusoidal";
    }

    @Override
    public String description() {
      return "sines and cosines of the position added to the input (arXiv 1706.03762)";
    }

    @Override
    public List<Option> options() {
      return List.of(
          new Option("base", "10000", "pair p oscillates at base^(-2p/D) radians a position"),
          new Option(
              "layout", "interleaved", "interleaved: sin, cos, sin, cos; halves: all sines first"));
    }

    @Override
    public PositionalScheme create(Arguments arguments) {
      return new Sinusoidal(
          arguments.numberAbove(0, "base"), arguments.choice(Layout.class, "layout"));
    }
  }
}
