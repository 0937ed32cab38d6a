package io.github.pelab.layers.scheme;

/**
 * A scheme's terms as tables over T positions, the form that kernels read. Legend: T time, H heads,
 * K head size.
 *
 * @param cos cosine of head h's pair p at position t at {@code [(h·T + t)·K/2 + p]}; null if the
 *     scheme does not rotate
 * @param sin sine, likewise
 * @param lagBias bias of head h at lag r at {@code [h·(2T−1) + r + T − 1]}; null if there is none
 */
@SuppressWarnings(
    "ArrayRecordComponent") // tables are for kernels: compared by nobody, copied by none
public record PositionTables(
    int heads, int headSize, int length, double[] cos, double[] sin, double[] lagBias) {

  /** The tables of {@code scheme} for sequences of {@code length} tokens. */
  public static PositionTables of(PositionalScheme scheme, int heads, int headSize, int length) {
    scheme.check(heads, headSize);
    double[] cos = null;
    double[] sin = null;
    if (scheme.rotation().isPresent()) {
      Rotation rotation = scheme.rotation().get();
      int pairs = headSize / 2;
      cos = new double[heads * length * pairs];
      sin = new double[heads * length * pairs];
      for (int h = 0, at = 0; h < heads; h++) {
        for (int t = 0; t < length; t++) {
          for (int p = 0; p < pairs; p++, at++) {
            double angle = t * rotation.frequency(h, heads, p, headSize);
            cos[at] = Math.cos(angle);
            sin[at] = Math.sin(angle);
          }
        }
      }
    }
    double[] lagBias = null;
    if (scheme.lagBias().isPresent()) {
      LagBias bias = scheme.lagBias().get();
      lagBias = new double[heads * (2 * length - 1)];
      for (int h = 0, at = 0; h < heads; h++) {
        for (int lag = 1 - length; lag < length; lag++, at++) {
          lagBias[at] = bias.at(h, heads, lag);
        }
      }
    }
    return new PositionTables(heads, headSize, length, cos, sin, lagBias);
  }

  /** Whether queries and keys are rotated. */
  public boolean rotates() {
    return cos != null;
  }

  /** Whether a lag bias is added to the logits. */
  public boolean biases() {
    return lagBias != null;
  }
}
