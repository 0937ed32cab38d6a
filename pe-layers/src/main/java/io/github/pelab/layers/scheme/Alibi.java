package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Optional;

/**
 * {@code alibi(slopes=published)}: attention with linear biases, −m_h · |lag| added to the logit.
 * Source: Press et al., arXiv 2108.12409, with the slopes of its published code: for H a power of
 * two m_h = 2^(−8(h+1)/H), h from 0; else those of the power of two below H, followed by every
 * other slope of the next power. The paper is causal; here the bias is symmetric in the lag, and a
 * causal mask makes it the paper's.
 *
 * <p>{@code slopes=released} are those of the released code of arXiv 2505.13027, m_h = e^(−h/H):
 * from 1 to 0.39 at 16 heads, so steep that every head is local.
 */
public record Alibi(Slopes slopes) implements PositionalScheme {
  /** Which slopes the heads have. */
  public enum Slopes {
    PUBLISHED,
    RELEASED
  }

  @Override
  public Invariance invariance() {
    return Invariance.SHIFT;
  }

  @Override
  public Optional<LagBias> lagBias() {
    return Optional.of((head, heads, lag) -> -slope(head, heads) * Math.abs(lag));
  }

  double slope(int head, int heads) {
    if (slopes == Slopes.RELEASED) {
      return Math.exp(-(double) head / heads);
    }
    int power = Integer.highestOneBit(heads);
    return head < power
        ? Math.pow(2, -8.0 * (head + 1) / power)
        : Math.pow(2, -8.0 * (2 * (head - power) + 1) / (2 * power));
  }

  @Override
  public String toString() {
    return new Expression("alibi").option("slopes", slopes, Slopes.PUBLISHED).toString();
  }

  /** Makes {@code alibi}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "alibi";
    }

    @Override
    public String description() {
      return "linear bias -slope*|lag| per head (arXiv 2108.12409)";
    }

    @Override
    public List<Option> options() {
      return List.of(
          new Option(
              "slopes",
              "published",
              "published: 2^(-8h/H); released: e^(-h/H) of arXiv 2505.13027"));
    }

    @Override
    public PositionalScheme create(Arguments arguments) {
      return new Alibi(arguments.choice(Slopes.class, "slopes"));
    }
  }
}
