package io.github.pelab.spectra;

import java.util.Arrays;
import java.util.Comparator;
import org.hipparchus.complex.Complex;

/**
 * The eigenvalues of a matrix that need not be symmetric. Those of logits say little: neither
 * Weyl's inequalities nor majorisation hold of them, and rounding may move them far if the matrix
 * is far from normal. {@link SingularValues} and {@link SymmetricEigenvalues} have neither fault.
 */
public final class Eigenvalues {

  private Eigenvalues() {}

  /**
   * All eigenvalues, by descending modulus. Entries further apart than 1e100 may make them wrong,
   * or end in an exception: they are found by iteration in double precision.
   *
   * @param matrix {@code [n][n]}
   */
  public static Complex[] of(double[][] matrix) {
    Shape.order("matrix", matrix);
    Complex[] values = Decompositions.eigenvalues(matrix);
    Arrays.sort(values, Comparator.comparingDouble(Complex::norm).reversed());
    return values;
  }
}
