package io.github.pelab.spectra;

/**
 * What one head's logits for one sequence are measured by. Legend: n tokens, {@code L [n][n]}
 * logits of real tokens, after scaling and before masks.
 *
 * @param raw singular values of L
 * @param rowCentred singular values of L(I − 11ᵀ/n): softmax does not see what is added to a row
 * @param symmetric eigenvalues of (L + Lᵀ)/2
 */
public record LogitSpectrum(
    SingularValues raw, SingularValues rowCentred, SymmetricEigenvalues symmetric) {
  /** Of the spectral norm; decompositions of some hundred tokens err by less. */
  private static final double ROUNDING = 1e-12;

  /** A number that stands for a spectrum. */
  public enum Measure {
    /** ‖L‖₂. */
    SPECTRAL_NORM,
    /** ‖L(I − 11ᵀ/n)‖₂. */
    ROW_CENTRED_NORM,
    /** λ_max − λ_min of (L + Lᵀ)/2. */
    SYMMETRIC_RANGE,
    /** {@link SingularValues#stableRank} of L. */
    STABLE_RANK,
    /** {@link SingularValues#entropyRank} of L. */
    ENTROPY_RANK
  }

  /**
   * Measures logits.
   *
   * @throws IllegalArgumentException unless they are square, finite, and of 2 tokens at least: of
   *     one, the row-centred form is 0 whatever they are
   */
  public static LogitSpectrum of(double[][] logits) {
    if (Shape.order("logits", logits) < 2) {
      throw new IllegalArgumentException("logits: found those of 1 token; give 2 at least");
    }
    return new LogitSpectrum(
        SingularValues.of(logits),
        SingularValues.of(rowCentred(logits)),
        SymmetricEigenvalues.ofSymmetricPart(logits));
  }

  /** L(I − 11ᵀ/n): each row less its mean. */
  public static double[][] rowCentred(double[][] logits) {
    int n = Shape.order("logits", logits);
    double[][] centred = new double[n][n];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (double logit : logits[i]) {
        sum += logit;
      }
      for (int j = 0; j < n; j++) {
        centred[i][j] = logits[i][j] - sum / n;
      }
    }
    return centred;
  }

  /**
   * The measure's value. A norm or range that is 0 but for rounding, as the row-centred norm is
   * where all tokens have the same key, is 0.
   *
   * @throws IllegalArgumentException for a rank of logits that are all 0
   */
  public double get(Measure measure) {
    return switch (measure) {
      case SPECTRAL_NORM -> raw.spectralNorm();
      case ROW_CENTRED_NORM -> beyondRounding(rowCentred.spectralNorm());
      case SYMMETRIC_RANGE -> beyondRounding(symmetric.range());
      case STABLE_RANK -> raw.stableRank();
      case ENTROPY_RANK -> raw.entropyRank();
    };
  }

  private double beyondRounding(double value) {
    return value > ROUNDING * raw.spectralNorm() ? value : 0;
  }
}
