package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;

/**
 * {@code t5(buckets=32,cap=128,shared=true)}: a learned bias per head and bucket of lags. Source:
 * Raffel et al., arXiv 1910.10683. Half of the buckets are for keys before the query, half for keys
 * after it; in each half the first half of the buckets holds one lag each, the rest grow as the
 * logarithm of the lag up to {@code cap}, beyond which all lags fall into the last. {@code
 * buckets=0} gives each lag a bucket of its own: with {@code shared=false} that is what the
 * released code of arXiv 2505.13027 calls relative.
 *
 * @param count number of buckets, a multiple of 4; 0 for one per lag
 * @param cap the lag from which on all share a bucket
 * @param shared whether all layers share one table
 */
public record T5Bias(int count, int cap, boolean shared) implements PositionalScheme {
  private static final double DEVIATION = 0.02;

  public T5Bias {
    if (count % 4 != 0) {
      throw new IllegalArgumentException(
          "scheme t5: option buckets must be 0 or a multiple of 4, found " + count);
    }
    if (count > 0 && cap <= count / 4) {
      throw new IllegalArgumentException(
          "scheme t5: option cap must be above %d, the lags that have buckets of their own; found %d"
              .formatted(count / 4, cap));
    }
  }

  @Override
  public Invariance invariance() {
    return Invariance.SHIFT;
  }

  @Override
  public Optional<LearnedLagBias> learnedLagBias() {
    return Optional.of(
        new LearnedLagBias() {
          @Override
          public int buckets(int maxLength) {
            return count == 0 ? 2 * maxLength - 1 : count;
          }

          @Override
          public int bucket(int lag, int maxLength) {
            return count == 0 ? lag + maxLength - 1 : T5Bias.this.bucket(lag);
          }

          @Override
          public double initialDeviation() {
            return DEVIATION;
          }

          @Override
          public boolean shared() {
            return shared;
          }
        });
  }

  private int bucket(int lag) {
    int half = count / 2;
    int exact = half / 2;
    int distance = Math.abs(lag);
    int within =
        distance < exact
            ? distance
            : Math.min(
                half - 1,
                exact
                    + (int)
                        (Math.log((double) distance / exact)
                            / Math.log((double) cap / exact)
                            * (half - exact)));
    return lag < 0 ? half + within : within;
  }

  @Override
  public String toString() {
    return new Expression("t5")
        .option("buckets", count, 32)
        .option("cap", cap, 128)
        .option("shared", shared, true)
        .toString();
  }

  /** Makes {@code t5}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "t5";
    }

    @Override
    public String description() {
      return "learned bias per head and bucket of lags (arXiv 1910.10683)";
    }

    @Override
    public List<Option> options() {
      return List.of(
          new Option("buckets", "32", "number of buckets; 0 for one per lag"),
          new Option("cap", "128", "lag from which on all share a bucket"),
          new Option("shared", "true", "whether all layers share one table"));
    }

    @Override
    public PositionalScheme create(Arguments arguments) {
      return new T5Bias(
          arguments.wholeNumber(0, 65_536, "buckets"),
          arguments.wholeNumber(1, 1_048_576, "cap"),
          arguments.flag("shared"));
    }
  }
}
