package io.github.pelab.spectra;

import java.util.Arrays;

/**
 * A subspace, by an orthonormal basis of it: which of the bases does not matter to what is asked
 * here. Legend: n tokens (or whatever the rows are), k its dimension.
 *
 * @param basis {@code [n][k]}, orthonormal columns
 */
@SuppressWarnings("ArrayRecordComponent") // plain arrays; not compared
public record Subspace(double[][] basis) {
  /** Singular values that differ by less than this part of the largest are taken for equal. */
  private static final double ROUNDING = 1e-10;

  /**
   * What columns span.
   *
   * @param columns {@code [n][k]}, k at most n
   * @throws IllegalArgumentException if they are linearly dependent
   */
  public static Subspace spannedBy(double[][] columns) {
    int k = Shape.columns("columns", columns);
    int rank = SingularValues.of(columns).rank(ROUNDING);
    if (rank < k) {
      throw new IllegalArgumentException(
          "columns: found %d of rank %d; give independent ones".formatted(k, rank));
    }
    return new Subspace(Decompositions.leadingLeft(columns, k));
  }

  /**
   * What the {@code dimension} leading left singular vectors of a matrix span: of logits, the
   * directions over queries in which they vary most. (For those over keys give the transpose.)
   *
   * @throws IllegalArgumentException if this is undefined, because the next singular value is equal
   *     to the last that is taken, or that is 0
   */
  public static Subspace leading(double[][] matrix, int dimension) {
    double[] values = SingularValues.of(matrix).descending();
    if (dimension < 1 || dimension > values.length) {
      throw new IllegalArgumentException(
          "dimension: found %d; give one from 1 to %d".formatted(dimension, values.length));
    }
    double next = dimension < values.length ? values[dimension] : 0;
    if (!(values[dimension - 1] - next > ROUNDING * values[0])) {
      throw new IllegalArgumentException(
          "dimension: found %d, but singular values %d and %d are equal (%s and %s); give another"
              .formatted(dimension, dimension, dimension + 1, values[dimension - 1], next));
    }
    return new Subspace(Decompositions.leadingLeft(matrix, dimension));
  }

  /**
   * The principal angles to another subspace, ascending, from 0 to π/2 radians, as many as the
   * smaller of both has dimensions: all are 0 if it lies in the larger, all π/2 if it is orthogonal
   * to it. Cosines are the singular values of AᵀB, sines those of B − A AᵀB with B the smaller;
   * both are used, as a small angle's cosine and a large one's sine lose half of the digits.
   *
   * <p>Björck and Golub (1973), <em>Mathematics of Computation</em> 27, 579–594.
   */
  public double[] anglesTo(Subspace other) {
    if (basis.length != other.basis.length) {
      throw new IllegalArgumentException(
          "other: found a subspace of %d dimensions' space, this is of %d; give one of the same"
              .formatted(other.basis.length, basis.length));
    }
    if (basis[0].length < other.basis[0].length) {
      return other.anglesTo(this);
    }
    double[][] overlap = overlap(other);
    int k = other.basis[0].length;
    double[][] rest = new double[basis.length][k];
    for (int i = 0; i < rest.length; i++) {
      for (int b = 0; b < k; b++) {
        rest[i][b] = other.basis[i][b];
        for (int a = 0; a < basis[0].length; a++) {
          rest[i][b] -= basis[i][a] * overlap[a][b];
        }
      }
    }
    double[] cosines = SingularValues.of(overlap).descending();
    double[] sines = SingularValues.of(rest).descending();
    double[] angles = new double[k];
    Arrays.setAll(angles, d -> Math.atan2(sines[k - 1 - d], cosines[d]));
    return angles;
  }

  /** AᵀB. */
  private double[][] overlap(Subspace other) {
    double[][] overlap = new double[basis[0].length][other.basis[0].length];
    for (int i = 0; i < basis.length; i++) {
      for (int a = 0; a < overlap.length; a++) {
        for (int b = 0; b < overlap[0].length; b++) {
          overlap[a][b] += basis[i][a] * other.basis[i][b];
        }
      }
    }
    return overlap;
  }
}
