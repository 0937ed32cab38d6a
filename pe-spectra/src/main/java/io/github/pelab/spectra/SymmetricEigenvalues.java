package io.github.pelab.spectra;

/**
 * The eigenvalues of a symmetric matrix, which are real.
 *
 * @param descending n of them
 */
@SuppressWarnings("ArrayRecordComponent") // plain arrays; not compared
public record SymmetricEigenvalues(double[] descending) {

  /**
   * Of (A + Aᵀ)/2, so of A itself if it is symmetric.
   *
   * @param matrix {@code [n][n]}
   */
  public static SymmetricEigenvalues ofSymmetricPart(double[][] matrix) {
    int n = Shape.order("matrix", matrix);
    double[][] symmetric = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        symmetric[i][j] = (matrix[i][j] + matrix[j][i]) / 2;
      }
    }
    return new SymmetricEigenvalues(Decompositions.symmetricEigenvalues(symmetric));
  }

  public double greatest() {
    return descending[0];
  }

  public double least() {
    return descending[descending.length - 1];
  }

  /** λ_max − λ_min. */
  public double range() {
    return greatest() - least();
  }
}
