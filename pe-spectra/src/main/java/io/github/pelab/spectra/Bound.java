package io.github.pelab.spectra;

import java.util.Arrays;

/**
 * An inequality that theory states, with both of its sides computed: left[k] ≤ right[k] for each k.
 * λ are eigenvalues of symmetric matrices, σ singular values, both descending; n is the order.
 *
 * <p>What the Hadamard bounds say of one W ∘ E they do not say of RoPE, which is a sum of several
 * with a W each ({@link Coupling}).
 *
 * @param left what is bounded
 * @param right by what
 */
@SuppressWarnings("ArrayRecordComponent") // plain arrays; not compared
public record Bound(double[] left, double[] right) {
  /**
   * How far a computed matrix may be from what is asked of it: its entries from those across the
   * diagonal, in parts of its largest, the diagonal from 1, the least eigenvalue from 0, in parts
   * of the greatest.
   */
  private static final double ROUNDING = 1e-10;

  /** The least of right[k] − left[k]: below 0, but for rounding, the inequality is broken. */
  public double slack() {
    double slack = Double.POSITIVE_INFINITY;
    for (int k = 0; k < left.length; k++) {
      slack = Math.min(slack, right[k] - left[k]);
    }
    return slack;
  }

  /**
   * Schur: ‖W ∘ E‖₂ ≤ max_i E_ii ‖W‖₂ for any W and E positive semidefinite.
   *
   * <p>Horn and Johnson (1991), <em>Topics in Matrix Analysis</em>, 5.5.
   *
   * @throws IllegalArgumentException if e is not positive semidefinite
   */
  public static Bound hadamardNorm(double[][] w, double[][] e) {
    double[][] product = Coupling.hadamard(w, e);
    requirePositiveSemidefinite(e);
    double diagonal = 0;
    for (int i = 0; i < e.length; i++) {
      diagonal = Math.max(diagonal, e[i][i]);
    }
    return new Bound(
        new double[] {SingularValues.of(product).spectralNorm()},
        new double[] {diagonal * SingularValues.of(w).spectralNorm()});
  }

  /**
   * For any W and a correlation matrix E (positive semidefinite, unit diagonal), Σ_{i≤k} σ_i(W ∘ E)
   * ≤ Σ_{i≤k} σ_i(W) for k from 1 to n. By Ky Fan no unitarily invariant norm of W then grows:
   * spectral (k = 1), nuclear (k = n), Frobenius.
   *
   * @throws IllegalArgumentException if e is no correlation matrix
   */
  public static Bound hadamardKyFan(double[][] w, double[][] e) {
    double[][] product = Coupling.hadamard(w, e);
    requireCorrelations(e);
    return new Bound(
        partialSums(SingularValues.of(product).descending()),
        partialSums(SingularValues.of(w).descending()));
  }

  /**
   * For a symmetric W and a correlation matrix E the eigenvalues of W ∘ E are majorised by those of
   * W: Σ_{i≤k} λ_i(W ∘ E) ≤ Σ_{i≤k} λ_i(W), and for k = n both are the trace. For W ∘ E = Σ_k D_k W
   * D_k with diagonal D_k, Σ_k D_k² = I.
   *
   * @throws IllegalArgumentException if w is not symmetric, or e no correlation matrix
   */
  public static Bound hadamardMajorisation(double[][] w, double[][] e) {
    double[][] product = Coupling.hadamard(w, e);
    requireSymmetric("w", w);
    requireCorrelations(e);
    return new Bound(
        partialSums(SymmetricEigenvalues.ofSymmetricPart(product).descending()),
        partialSums(SymmetricEigenvalues.ofSymmetricPart(w).descending()));
  }

  /**
   * Weyl on the symmetric parts A and B of a and b: first the n upper bounds λ_k(A + B) ≤ min
   * λ_i(A) + λ_j(B) over i + j = k + 1, then the n lower ones, max λ_i(A) + λ_j(B) ≤ λ_k(A + B)
   * over i + j = k + n. Of eigenvalues of matrices that are not symmetric it does not hold.
   */
  public static Bound weyl(double[][] a, double[][] b) {
    double[] ofSum = SymmetricEigenvalues.ofSymmetricPart(Coupling.sum(a, b)).descending();
    double[] ofA = SymmetricEigenvalues.ofSymmetricPart(a).descending();
    double[] ofB = SymmetricEigenvalues.ofSymmetricPart(b).descending();
    int n = ofSum.length;
    double[] left = Arrays.copyOf(ofSum, 2 * n);
    double[] right = Arrays.copyOf(leastSums(ofA, ofB), 2 * n);
    // The lower bounds are the upper ones of −A and −B.
    double[] greatest = negatedAscending(leastSums(negatedAscending(ofA), negatedAscending(ofB)));
    System.arraycopy(greatest, 0, left, n, n);
    System.arraycopy(ofSum, 0, right, n, n);
    return new Bound(left, right);
  }

  /** For any a and b, σ_k(a + b) ≤ min σ_i(a) + σ_j(b) over i + j = k + 1, for k from 1 to n. */
  public static Bound singularValuesOfSum(double[][] a, double[][] b) {
    return new Bound(
        SingularValues.of(Coupling.sum(a, b)).descending(),
        leastSums(SingularValues.of(a).descending(), SingularValues.of(b).descending()));
  }

  /**
   * Szegő: inf f ≤ λ_n and λ_1 ≤ sup f for a symmetric Toeplitz matrix whose entries are the
   * coefficients of f.
   *
   * @param symbol of the sequence that {@code kernel} is cut from
   * @throws IllegalArgumentException if the kernel is not symmetric, or the symbol is generalised:
   *     it does not bound the extremes
   */
  public static Bound withinSymbol(ToeplitzKernel kernel, Symbol symbol) {
    if (symbol.generalised()) {
      throw new IllegalArgumentException(
          "symbol: it is a generalised one, which tells nothing of the extremes; give that of a"
              + " summable sequence");
    }
    kernel.requireSymmetric();
    SymmetricEigenvalues eigenvalues = SymmetricEigenvalues.ofSymmetricPart(kernel.dense());
    return new Bound(
        new double[] {symbol.infimum(), eigenvalues.greatest()},
        new double[] {eigenvalues.least(), symbol.supremum()});
  }

  /** At k the least of x_i + y_j over i + j = k, all from 0. */
  private static double[] leastSums(double[] x, double[] y) {
    double[] least = new double[x.length];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (int k = 0; k < least.length; k++) {
      for (int i = 0; i <= k; i++) {
        least[k] = Math.min(least[k], x[i] + y[k - i]);
      }
    }
    return least;
  }

  private static double[] negatedAscending(double[] descending) {
    double[] negated = new double[descending.length];
    Arrays.setAll(negated, k -> -descending[descending.length - 1 - k]);
    return negated;
  }

  private static double[] partialSums(double[] values) {
    double[] sums = values.clone();
    Arrays.parallelPrefix(sums, Double::sum);
    return sums;
  }

  private static void requireCorrelations(double[][] e) {
    for (int i = 0; i < e.length; i++) {
      if (!(Math.abs(e[i][i] - 1) <= ROUNDING)) {
        throw new IllegalArgumentException(
            "e: found %s at [%d][%d]; give a correlation matrix, with 1 on the diagonal"
                .formatted(e[i][i], i, i));
      }
    }
    requirePositiveSemidefinite(e);
  }

  private static void requirePositiveSemidefinite(double[][] e) {
    requireSymmetric("e", e);
    SymmetricEigenvalues eigenvalues = SymmetricEigenvalues.ofSymmetricPart(e);
    if (eigenvalues.least() < -ROUNDING * Math.abs(eigenvalues.greatest())) {
      throw new IllegalArgumentException(
          "e: its least eigenvalue is %s; give a positive semidefinite matrix"
              .formatted(eigenvalues.least()));
    }
  }

  private static void requireSymmetric(String name, double[][] matrix) {
    double largest =
        Arrays.stream(matrix).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < i; j++) {
        if (Math.abs(matrix[i][j] - matrix[j][i]) > ROUNDING * largest) {
          throw new IllegalArgumentException(
              "%s: found %s at [%d][%d] and %s at [%d][%d]; give a symmetric matrix"
                  .formatted(name, matrix[i][j], i, j, matrix[j][i], j, i));
        }
      }
    }
  }
}
