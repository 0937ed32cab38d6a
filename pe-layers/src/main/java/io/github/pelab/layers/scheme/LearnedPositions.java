package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;

/**
 * {@code learned(deviation=0.02)}: a table of parameters, one vector a position, added to the
 * input. Source: Gehring et al., arXiv 1705.03122; Devlin et al., arXiv 1810.04805 (deviation
 * 0.02).
 *
 * @param deviation standard deviation of the first values
 */
public record LearnedPositions(double deviation) implements PositionalScheme {
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
            return true;
          }

          @Override
          public double initialDeviation() {
            return deviation;
          }
        });
  }

  @Override
  public String toString() {
    return new Expression("learned").option("deviation", deviation, 0.02).toString();
  }

  /** Makes {@code learned}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "learned";
    }

    @Override
    public String description() {
      return "a trained vector a position added to the input (arXiv 1705.03122)";
    }

    @Override
    public List<Option> options() {
      return List.of(new Option("deviation", "0.02", "standard deviation of the first values"));
    }

    @Override
    public PositionalScheme create(Arguments arguments) {
      return new LearnedPositions(arguments.numberFrom(0, "deviation"));
    }
  }
}
