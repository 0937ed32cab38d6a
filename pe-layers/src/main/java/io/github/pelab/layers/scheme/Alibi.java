package io.github.pelab.layers.scheme;

import java.util.Optional;

/**
 * {@code alibi}: attention with linear biases, −m_h · |lag| added to the logit. Source: Press et
 * al., arXiv 2108.12409, with the slopes of its published code: for H a power of two m_h =
 * 2^(−8(h+1)/H), h from 0; else those of the power of two below H, followed by every other slope of
 * the next power. The paper is causal; here the bias is symmetric in the lag, and a causal mask
 * makes it the paper's.
 */
public final class Alibi implements PositionalScheme {
  @Override
  public Invariance invariance() {
    return Invariance.SHIFT;
  }

  @Override
  public Optional<LagBias> lagBias() {
    return Optional.of((head, heads, lag) -> -slope(head, heads) * Math.abs(lag));
  }

  static double slope(int head, int heads) {
    int power = Integer.highestOneBit(heads);
    return head < power
        ? Math.pow(2, -8.0 * (head + 1) / power)
        : Math.pow(2, -8.0 * (2 * (head - power) + 1) / (2 * power));
  }

  @Override
  public String toString() {
    return "alibi";
  }

  /** Makes {@code alibi}. */
  public static final class Factory implements SchemeFactory {
    @Override
    public String name() {
      return "alibi";
    }

    @Override
    public String description() {
      return "linear bias -slope*|lag| per head, published slopes (arXiv 2108.12409)";
    }

    @Override
    public PositionalScheme create(SchemeArguments arguments) {
      return new Alibi();
    }
  }
}
