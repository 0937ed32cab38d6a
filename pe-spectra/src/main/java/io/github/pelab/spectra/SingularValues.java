package io.github.pelab.spectra;

import java.util.Arrays;

/**
 * A matrix's singular values σ_1 ≥ σ_2 ≥ … ≥ 0, and what follows from them alone.
 *
 * @param descending as many as the matrix has rows or columns, whichever are fewer
 */
@SuppressWarnings("ArrayRecordComponent") // plain arrays; not compared
public record SingularValues(double[] descending) {

  /**
   * Of any matrix.
   *
   * @param matrix {@code [rows][columns]}
   */
  public static SingularValues of(double[][] matrix) {
    Shape.columns("matrix", matrix);
    return new SingularValues(Decompositions.singularValues(matrix));
  }

  /** σ_1, the spectral norm. */
  public double spectralNorm() {
    return descending[0];
  }

  /** √Σσ², the Frobenius norm. */
  public double frobeniusNorm() {
    // In units of the largest, as its square may be out of range.
    return descending[0] > 0 ? descending[0] * Math.sqrt(stableRank()) : 0;
  }

  /**
   * Σσ² / σ_1², from 1 to the rank: how many directions are as strong as the strongest.
   *
   * <p>Rudelson and Vershynin (2007), <em>JACM</em> 54(4).
   *
   * @throws IllegalArgumentException if the matrix is 0
   */
  public double stableRank() {
    double largest = requireNotZero("stable rank");
    return Arrays.stream(descending).map(s -> s / largest).map(s -> s * s).sum();
  }

  /**
   * exp(−Σ p log p) with p = σ / Σσ, from 1 to the rank.
   *
   * <p>Roy and Vetterli (2007), <em>EUSIPCO</em>, 606–610: the effective rank.
   *
   * @throws IllegalArgumentException if the matrix is 0
   */
  public double entropyRank() {
    double largest = requireNotZero("entropy rank");
    double sum = Arrays.stream(descending).map(s -> s / largest).sum();
    return Math.exp(
        Arrays.stream(descending)
            .map(s -> s / largest / sum)
            .filter(p -> p > 0)
            .map(p -> -p * Math.log(p))
            .sum());
  }

  /**
   * How many singular values are above {@code tolerance} · σ_1; 0 of a matrix that is 0.
   *
   * @param tolerance from 0 to below 1
   */
  public int rank(double tolerance) {
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new IllegalArgumentException(
          "tolerance: found %s; give one from 0 to below 1".formatted(tolerance));
    }
    return (int) Arrays.stream(descending).filter(s -> s > tolerance * descending[0]).count();
  }

  private double requireNotZero(String what) {
    if (!(descending[0] > 0)) {
      throw new IllegalArgumentException(
          "matrix: all of it is 0, and the %s of that is undefined".formatted(what));
    }
    return descending[0];
  }
}
