package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * {@code random(trainable=false,seed=1)}: a normal random vector of unit variance for each
 * position, added to the input. Fixed, it is what arXiv 2505.13027 calls random; its released code
 * trains the vectors, which makes them learned positions ({@code trainable=true}).
 *
 * @param seed of the fixed vectors; parameters get their first values from the network's seed
 */
public record RandomPositions(boolean trainable, long seed) implements PositionalScheme {
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
            return trainable;
          }

          @Override
          public double initialDeviation() {
            return 1;
          }

          /** A function of its arguments alone, so that no length of table changes a vector. */
          @Override
          public double fixed(int position, int dimension, int width) {
            long cell = seed + ((long) position << 32) + dimension;
            // The first number of a stream is a mix of its seed: neighbouring cells share nothing.
            return new SplittableRandom(new SplittableRandom(cell).nextLong()).nextGaussian();
          }
        });
  }

  @Override
  public String toString() {
    return new Expression("random")
        .option("trainable", trainable, false)
        .option("seed", seed, 1L)
        .toString();
  }

  /** Makes {@code random}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "random";
    }

    @Override
    public String description() {
      return "a random vector a position added to the input (arXiv 2505.13027)";
    }

    @Override
    public List<Option> options() {
      return List.of(
          new Option("trainable", "false", "true: the vectors are trained, as in the release"),
          new Option("seed", "1", "of the fixed vectors"));
    }

    @Override
    public PositionalScheme create(Arguments arguments) {
      return new RandomPositions(
          arguments.flag("trainable"), arguments.wholeNumber(0, Integer.MAX_VALUE, "seed"));
    }
  }
}
