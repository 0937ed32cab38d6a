package io.github.pelab.spectra;

/**
 * Where positions enter one head's logits, as arrays. Legend: n tokens, D width of the input, r = i
 * − j the lag. What a scheme does not have is empty.
 *
 * @param inputRows {@code [n][D]}, added to the tokens' content at the input
 * @param cos cos θ_p r at {@code [p][r + n − 1]}, as {@link Coupling#rotary} takes it
 * @param sin sin θ_p r, likewise
 * @param bias added to the logit, at {@code [r + n − 1]}
 */
@SuppressWarnings("ArrayRecordComponent") // plain arrays; not compared
public record HeadScheme(double[][] inputRows, double[][] cos, double[][] sin, double[] bias) {
  private static final double[][] NO_ROWS = {};
  private static final double[] NO_BIAS = {};

  public static HeadScheme ofInput(double[][] inputRows) {
    return new HeadScheme(inputRows, NO_ROWS, NO_ROWS, NO_BIAS);
  }

  public static HeadScheme ofRotation(double[][] cos, double[][] sin) {
    return new HeadScheme(NO_ROWS, cos, sin, NO_BIAS);
  }

  public static HeadScheme ofBias(double[] bias) {
    return new HeadScheme(NO_ROWS, NO_ROWS, NO_ROWS, bias);
  }

  /** Checks shapes against n tokens and head size K. */
  void check(int length, int headSize) {
    if (inputRows.length > 0) {
      Shape.columns("inputRows", inputRows);
      if (inputRows.length != length) {
        throw new IllegalArgumentException(
            "inputRows: found %d; give one for each of %d tokens"
                .formatted(inputRows.length, length));
      }
    }
    Coupling.requirePairs(cos, sin, length, headSize);
    if (bias.length > 0) {
      Shape.requireLags("bias", bias, length);
    }
  }
}
