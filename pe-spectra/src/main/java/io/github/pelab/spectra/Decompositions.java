package io.github.pelab.spectra;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.ejml.data.Complex_F64;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.DecompositionInterface;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.hipparchus.complex.Complex;

/**
 * EJML's decompositions, of arrays. All else here knows matrices as arrays only. Matrices are
 * divided by their largest entry first, so that none is too large or too small to be squared.
 *
 * <p>Each throws an {@link ArithmeticException} if the iteration does not converge.
 */
final class Decompositions {

  private Decompositions() {}

  /** Descending. */
  static double[] singularValues(double[][] matrix) {
    double scale = largest(matrix);
    int count = Math.min(matrix.length, matrix[0].length);
    if (scale == 0) {
      return new double[count];
    }
    var svd = DecompositionFactory_DDRM.svd(matrix.length, matrix[0].length, false, false, true);
    decompose("singular values", svd, divided(matrix, scale));
    return descending(Arrays.stream(svd.getSingularValues(), 0, count).map(s -> s * scale));
  }

  /** The leading left singular vectors, {@code [rows][dimension]}, of a matrix that is not 0. */
  static double[][] leadingLeft(double[][] matrix, int dimension) {
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(matrix.length, matrix[0].length, true, false, true);
    decompose("singular vectors", svd, divided(matrix, largest(matrix)));
    DMatrixRMaj u = svd.getU(null, false);
    double[] values = svd.getSingularValues();
    int[] order =
        IntStream.range(0, Math.min(matrix.length, matrix[0].length))
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> values[i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    double[][] basis = new double[matrix.length][dimension];
    for (int i = 0; i < basis.length; i++) {
      for (int d = 0; d < dimension; d++) {
        basis[i][d] = u.get(i, order[d]);
      }
    }
    return basis;
  }

  /**
   * Descending. EJML's iteration ends when an off-diagonal entry is small beside its neighbours on
   * the diagonal. Of a matrix of low rank many of these are 0 but for rounding, and it may not end.
   * So it is given S + cI with c twice the Frobenius norm, whose eigenvalues are all from c/2 to
   * 3c/2, and which costs no more than rounding of the order of the norm.
   */
  static double[] symmetricEigenvalues(double[][] symmetric) {
    double scale = largest(symmetric);
    int n = symmetric.length;
    if (scale == 0) {
      return new double[n];
    }
    double[][] shifted = divided(symmetric, scale);
    double shift =
        2 * Math.sqrt(Arrays.stream(shifted).flatMapToDouble(Arrays::stream).map(x -> x * x).sum());
    for (int i = 0; i < n; i++) {
      shifted[i][i] += shift;
    }
    EigenDecomposition_F64<DMatrixRMaj> decomposition =
        DecompositionFactory_DDRM.eig(n, false, true);
    decompose("eigenvalues", decomposition, shifted);
    return descending(
        IntStream.range(0, n)
            .mapToDouble(k -> (decomposition.getEigenvalue(k).getReal() - shift) * scale));
  }

  /** In no order. */
  static Complex[] eigenvalues(double[][] square) {
    double scale = largest(square);
    Complex[] values = new Complex[square.length];
    if (scale == 0) {
      Arrays.fill(values, Complex.ZERO);
      return values;
    }
    EigenDecomposition_F64<DMatrixRMaj> decomposition =
        DecompositionFactory_DDRM.eig(square.length, false, false);
    decompose("eigenvalues", decomposition, divided(square, scale));
    for (int k = 0; k < values.length; k++) {
      Complex_F64 value = decomposition.getEigenvalue(k);
      values[k] = new Complex(value.getReal() * scale, value.getImaginary() * scale);
    }
    return values;
  }

  private static void decompose(
      String what, DecompositionInterface<DMatrixRMaj> decomposition, double[][] matrix) {
    if (!decomposition.decompose(new DMatrixRMaj(matrix))) {
      throw new ArithmeticException(
          "%s of a matrix [%d][%d] did not converge"
              .formatted(what, matrix.length, matrix[0].length));
    }
  }

  private static double[] descending(DoubleStream values) {
    double[] negated = values.map(v -> -v).sorted().toArray();
    return Arrays.stream(negated).map(v -> -v).toArray();
  }

  private static double largest(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
  }

  private static double[][] divided(double[][] matrix, double scale) {
    return Arrays.stream(matrix)
        .map(row -> Arrays.stream(row).map(x -> x / scale).toArray())
        .toArray(double[][]::new);
  }
}
