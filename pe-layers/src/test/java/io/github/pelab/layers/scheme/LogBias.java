package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;

/**
 * {@code log-bias(strength=1)}: −strength · ln(1 + |lag|) added to the logit of every head. Source:
 * the logarithmic kernel of Chi et al., arXiv 2205.09921, which learns two numbers for each head
 * where this has one that is fixed. The worked example of CONTRIBUTING.md.
 */
public record LogBias(double strength) implements PositionalScheme {
  @Override
  public Invariance invariance() {
    return Invariance.SHIFT;
  }

  @Override
  public Optional<LagBias> lagBias() {
    return Optional.of((head, heads, lag) -> -strength * Math.log1p(Math.abs(lag)));
  }

  @Override
  public String toString() {
    return new Expression("log-bias").option("strength", strength, 1.0).toString();
  }

  /** Makes {@code log-bias}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "log-bias";
    }

    @Override
    public String description() {
      return "logarithmic bias -strength*ln(1+|lag|) (arXiv 2205.09921)";
    }

    @Override
    public List<Option> options() {
      return List.of(new Option("strength", "1", "above 0; larger is more local"));
    }

    @Override
    public PositionalScheme create(Arguments arguments) {
      return new LogBias(arguments.numberAbove(0, "strength"));
    }
  }
}
