package io.github.pelab.layers.released;

import io.github.pelab.layers.scheme.Arguments;
import io.github.pelab.layers.scheme.Expression;
import io.github.pelab.layers.scheme.Invariance;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.layers.scheme.PairMap;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.SchemeFactory;
import java.util.List;
import java.util.Optional;

/**
 * {@code turn-released(base=10000)}: what the release takes for a rotation. With R/2 frequencies
 * f_p = base^(−2p/R) it makes, for position t, the row
 *
 * <pre>
 *   [ sin t f_0 … sin t f_(R/2−1), cos t f_0 … cos t f_(R/2−1) ]
 * </pre>
 *
 * of which it then reads the entries 0, 2, 4 … as sines and 1, 3, 5 … as cosines. So pair p is
 * mapped by two numbers that belong to different angles: pairs are stretched (by 0 at position 0
 * for the first half of them), and logits are no function of the lag.
 *
 * @param base above 0
 */
public record ReleasedTurn(double base) implements PositionalScheme {
  @Override
  public Invariance invariance() {
    return Invariance.NONE;
  }

  @Override
  public Optional<PairMap> pairMap() {
    return Optional.of(
        new PairMap() {
          @Override
          public double cos(int head, int heads, int pair, int headSize, int position) {
            return entry(2 * pair + 1, headSize, position);
          }

          @Override
          public double sin(int head, int heads, int pair, int headSize, int position) {
            return entry(2 * pair, headSize, position);
          }
        });
  }

  /** Of the row of sines and cosines. */
  private double entry(int index, int headSize, int position) {
    int frequencies = headSize / 2;
    int p = index % frequencies;
    double angle = position * Math.pow(base, -2.0 * p / headSize);
    return index < frequencies ? Math.sin(angle) : Math.cos(angle);
  }

  @Override
  public String toString() {
    return new Expression("turn-released").option("base", base, 10_000.0).toString();
  }

  /** Makes {@code turn-released}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "turn-released";
    }

    @Override
    public String description() {
      return "no rotation, but what was released as mla's: a fault (arXiv 2505.13027)";
    }

    @Override
    public List<Option> options() {
      return List.of(new Option("base", "10000", "of the frequencies, as in rope"));
    }

    @Override
    public PositionalScheme create(Arguments arguments) {
      return new ReleasedTurn(arguments.numberAbove(0, "base"));
    }
  }
}
