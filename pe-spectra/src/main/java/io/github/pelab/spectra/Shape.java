package io.github.pelab.spectra;

/** What arrays must be like before anything is computed of them. Errors name the array. */
final class Shape {

  private Shape() {}

  /**
   * The number of columns of a matrix {@code [rows][columns]} of finite values.
   *
   * @throws IllegalArgumentException if it is empty, ragged, or has a value that is not finite
   */
  static int columns(String name, double[][] matrix) {
    if (matrix.length == 0 || matrix[0].length == 0) {
      throw new IllegalArgumentException(
          name + ": the matrix is empty; give one with a row and a column at least");
    }
    for (int i = 0; i < matrix.length; i++) {
      if (matrix[i].length != matrix[0].length) {
        throw new IllegalArgumentException(
            "%s: row %d has %d values, row 0 has %d; give rows of one length"
                .formatted(name, i, matrix[i].length, matrix[0].length));
      }
      requireFinite(name + ": row " + i, matrix[i]);
    }
    return matrix[0].length;
  }

  /** The order n of a square matrix {@code [n][n]} of finite values. */
  static int order(String name, double[][] matrix) {
    int columns = columns(name, matrix);
    if (matrix.length != columns) {
      throw new IllegalArgumentException(
          "%s: found %d rows of %d values; give a square matrix"
              .formatted(name, matrix.length, columns));
    }
    return columns;
  }

  /** The order of two square matrices that have the same. */
  static int order(String name, double[][] matrix, String otherName, double[][] other) {
    int order = order(name, matrix);
    int otherOrder = order(otherName, other);
    if (order != otherOrder) {
      throw new IllegalArgumentException(
          "%s and %s: found matrices of order %d and %d; give two of the same"
              .formatted(name, otherName, order, otherOrder));
    }
    return order;
  }

  /**
   * Values by lag, from −(n−1) to n−1.
   *
   * @throws IllegalArgumentException if these are not 2n − 1 finite values
   */
  static void requireLags(String name, double[] byLag, int length) {
    if (byLag.length != 2 * length - 1) {
      throw new IllegalArgumentException(
          "%s: found %d values by lag; give 2n - 1 = %d for n = %d"
              .formatted(name, byLag.length, 2 * length - 1, length));
    }
    requireFinite(name, byLag);
  }

  static void requireFinite(String name, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "%s: value %d is %s; give finite ones".formatted(name, i, values[i]));
      }
    }
  }

  static void requirePositive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s: found %s; give a finite number above 0".formatted(name, value));
    }
  }
}
