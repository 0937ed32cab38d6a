package io.github.pelab.layers.scheme;

import java.util.Optional;

/**
 * A scheme's terms as tables over T positions, the form that kernels read. Legend: T time, H heads,
 * K head size, D = H·K width.
 *
 * @param input what is added to the token at position t, at {@code [t·D + d]}; null if nothing is
 * @param cos cosine of head h's pair p at position t at {@code [(h·T + t)·K/2 + p]}, or what stands
 *     for it in a {@link PairMap}; null if the scheme does not map pairs
 * @param sin sine, likewise
 * @param lagBias bias of head h at lag r at {@code [h·(2T−1) + r + T − 1]}; null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // tables are for kernels: not compared, not copied
public record PositionTables(
    int heads,
    int headSize,
    int length,
    double[] input,
    double[] cos,
    double[] sin,
    double[] lagBias) {

  /**
   * The values of a scheme's parameters; null where it has none.
   *
   * @param input {@code [maxLength][D]}
   * @param lagBias {@code [buckets][H]}
   */
  @SuppressWarnings("ArrayRecordComponent") // likewise
  public record Learned(int maxLength, double[][] input, double[][] lagBias) {
    /** No values: tables then hold a scheme's fixed terms alone. */
    public static final Learned NOTHING = new Learned(0, null, null);
  }

  /**
   * The tables of {@code scheme} for sequences of {@code length} tokens.
   *
   * @param headSize size of the part of each head that may be rotated: K, or less in latent
   *     attention
   * @param width D, of the input term
   */
  public static PositionTables of(
      PositionalScheme scheme, int heads, int headSize, int width, int length, Learned learned) {
    scheme.check(heads, headSize);
    return new PositionTables(
        heads,
        headSize,
        length,
        input(scheme, width, length, learned),
        pairs(scheme, heads, headSize, length, PairMap::cos),
        pairs(scheme, heads, headSize, length, PairMap::sin),
        lagBias(scheme, heads, length, learned));
  }

  private static double[] input(PositionalScheme scheme, int width, int length, Learned learned) {
    if (scheme.input().isEmpty()) {
      return null;
    }
    InputTerm term = scheme.input().get();
    if (term.trainable() && learned.input() == null) {
      return null;
    }
    double[] input = new double[length * width];
    for (int t = 0, at = 0; t < length; t++) {
      for (int d = 0; d < width; d++, at++) {
        input[at] = term.trainable() ? learned.input()[t][d] : term.fixed(t, d, width);
      }
    }
    return input;
  }

  /** One number of a pair's map. */
  @FunctionalInterface
  private interface Entry {
    double of(PairMap map, int head, int heads, int pair, int headSize, int position);
  }

  private static double[] pairs(
      PositionalScheme scheme, int heads, int headSize, int length, Entry entry) {
    if (scheme.pairMap().isEmpty()) {
      return null;
    }
    PairMap map = scheme.pairMap().get();
    int pairs = headSize / 2;
    double[] table = new double[heads * length * pairs];
    for (int h = 0, at = 0; h < heads; h++) {
      for (int t = 0; t < length; t++) {
        for (int p = 0; p < pairs; p++, at++) {
          table[at] = entry.of(map, h, heads, p, headSize, t);
        }
      }
    }
    return table;
  }

  private static double[] lagBias(PositionalScheme scheme, int heads, int length, Learned learned) {
    Optional<LagBias> fixed = scheme.lagBias();
    Optional<LearnedLagBias> table =
        learned.lagBias() == null ? Optional.empty() : scheme.learnedLagBias();
    if (fixed.isEmpty() && table.isEmpty()) {
      return null;
    }
    double[] bias = new double[heads * (2 * length - 1)];
    for (int h = 0, at = 0; h < heads; h++) {
      for (int lag = 1 - length; lag < length; lag++, at++) {
        if (fixed.isPresent()) {
          bias[at] += fixed.get().at(h, heads, lag);
        }
        if (table.isPresent()) {
          bias[at] += learned.lagBias()[table.get().bucket(lag, learned.maxLength())][h];
        }
      }
    }
    return bias;
  }

  /** Whether queries and keys are rotated, or their pairs mapped in another way. */
  public boolean rotates() {
    return cos != null;
  }

  /** Whether a lag bias is added to the logits. */
  public boolean biases() {
    return lagBias != null;
  }
}
