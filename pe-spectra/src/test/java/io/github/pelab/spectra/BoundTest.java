package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.hipparchus.complex.Complex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundTest {
  private static final double ROUNDING = 1e-11;

  /**
   * Correlation matrices of several kinds: by lag, averaged over frequencies, random of any rank.
   */
  private static double[][] correlations(int n, int kind, Random random) {
    return switch (kind) {
      case 0 -> Examples.cosine(n, 0.7);
      case 1 ->
          Examples.kernel(
                  n,
                  lag ->
                      Arrays.stream(Examples.frequencies(4))
                          .map(f -> Math.cos(f * lag))
                          .average()
                          .orElseThrow())
              .dense();
      case 2 -> Examples.kernel(n, lag -> Math.exp(-0.2 * Math.abs(lag))).dense();
      default -> Examples.correlations(n, kind - 1, random);
    };
  }

  /**
   * E = Σ_k u_k u_kᵀ gives W ∘ E = Σ_k D_k W D_k, D_k = diag(u_k), and a unit diagonal Σ_k D_k² =
   * I. For P a projection of rank r, tr P(W ∘ E) = tr (Σ D_k P D_k) W, with a matrix between 0 and
   * I and of trace r: by Ky Fan at most the sum of W's r greatest eigenvalues. Likewise for
   * singular values, with two sides.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 7, 24})
  void aHadamardProductWithCorrelationsIsMajorisedAndNoInvariantNormGrows(int n) {
    Random random = new Random(n);
    for (int trial = 0; trial < 40; trial++) {
      double[][] e = correlations(n, trial % 6, random);
      double[][] symmetric = Examples.symmetric(n, random);
      double[][] any = Examples.gaussian(n, n, random);

      Bound majorised = Bound.hadamardMajorisation(symmetric, e);
      assertThat(majorised.slack()).isGreaterThan(-ROUNDING * n);
      assertThat(majorised.left()[n - 1]).isCloseTo(majorised.right()[n - 1], within(1e-11 * n));
      assertThat(Bound.hadamardKyFan(any, e).slack()).isGreaterThan(-ROUNDING * n);
      assertThat(Bound.hadamardNorm(any, e).slack()).isGreaterThan(-ROUNDING * n);
    }
  }

  /**
   * With ones everywhere W ∘ E is W: all are equalities. With the identity its diagonal is left.
   */
  @Test
  void theBoundsAreReached() {
    Random random = new Random(2);
    double[][] w = Examples.symmetric(9, random);
    double[][] ones = new double[9][9];
    double[][] identity = new double[9][9];
    for (int i = 0; i < 9; i++) {
      Arrays.fill(ones[i], 1);
      identity[i][i] = 1;
    }

    Bound same = Bound.hadamardMajorisation(w, ones);
    assertThat(same.left()).containsExactly(same.right(), within(1e-12));
    assertThat(Bound.hadamardNorm(w, ones).slack()).isCloseTo(0, within(1e-12));
    double[] diagonal = new double[9];
    Arrays.setAll(diagonal, i -> -w[i][i]);
    Arrays.sort(diagonal);
    assertThat(Bound.hadamardMajorisation(w, identity).left()[0])
        .isCloseTo(-diagonal[0], within(1e-12));
  }

  /**
   * What the hypotheses are for: with 1.5 E the sums of singular values are 1.5 times as large, and
   * where they were near to equality they exceed W's; the norm's bound, which has the diagonal in
   * it, holds. With a unit diagonal that is not positive semidefinite nothing holds either.
   */
  @Test
  void aDiagonalAboveOneOrALackOfPositivityBreaksThem() {
    double[][] w = Examples.symmetric(12, new Random(3));
    double[][] near = Examples.cosine(12, 0.01);
    double[][] larger = Examples.combined(1.5, near, 0, near);
    double[][] indefinite = Examples.kernel(12, lag -> lag == 0 ? 1 : 2).dense();

    assertThat(norm(Coupling.hadamard(w, near))).isLessThan(norm(w));
    assertThat(norm(Coupling.hadamard(w, larger))).isGreaterThan(norm(w));
    assertThat(Bound.hadamardNorm(w, larger).slack()).isPositive();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.hadamardKyFan(w, larger))
        .withMessageContaining("e: found 1.5 at [0][0]");
    assertThat(norm(Coupling.hadamard(w, indefinite))).isGreaterThan(norm(w));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.hadamardMajorisation(w, indefinite))
        .withMessageContaining("give a positive semidefinite matrix");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.hadamardNorm(w, indefinite))
        .withMessageContaining("least eigenvalue is -1.");
  }

  /** The slack is what says that a bound is broken. */
  @Test
  void slackIsTheLeastDifference() {
    assertThat(new Bound(new double[] {1, 5}, new double[] {3, 4}).slack()).isEqualTo(-1);
    assertThat(new Bound(new double[] {1, 3}, new double[] {3, 4}).slack()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 20})
  void weylsAndTheSingularValuesBoundsHoldForAnyMatrices(int n) {
    Random random = new Random(n);
    for (int trial = 0; trial < 30; trial++) {
      double[][] a = Examples.gaussian(n, n, random);
      double[][] b = Examples.gaussian(n, n, random);

      assertThat(Bound.weyl(a, b).slack()).isGreaterThan(-ROUNDING);
      assertThat(Bound.weyl(a, b).left()).hasSize(2 * n);
      assertThat(Bound.singularValuesOfSum(a, b).slack()).isGreaterThan(-ROUNDING);
    }
  }

  /**
   * By hand. A = diag(6, 1), B = diag(2, 5): A + B has 8, 6. Above: 8 ≤ 6 + 5, 6 ≤ min(6 + 2, 1 +
   * 5). Below: max(6 + 2, 1 + 5) ≤ 8, 1 + 2 ≤ 6.
   */
  @Test
  void weylsSidesAreThoseOfTheFormulas() {
    double[][] a = {{6, 0}, {0, 1}};
    double[][] b = {{2, 0}, {0, 5}};
    Bound bound = Bound.weyl(a, b);

    assertThat(bound.left()).containsExactly(new double[] {8, 6, 8, 3}, within(1e-13));
    assertThat(bound.right()).containsExactly(new double[] {11, 6, 8, 6}, within(1e-13));
    Bound singular = Bound.singularValuesOfSum(a, b);
    assertThat(singular.left()).containsExactly(new double[] {8, 6}, within(1e-13));
    assertThat(singular.right()).containsExactly(new double[] {11, 6}, within(1e-13));
  }

  /**
   * Two nilpotent matrices have no eigenvalue but 0, their sum has ±t: for eigenvalues of matrices
   * that are not symmetric no such bound holds, however small t is. That of singular values does,
   * and that of symmetric parts.
   */
  @Test
  void eigenvaluesOfMatricesThatAreNotSymmetricAreNotBoundSo() {
    double[][] a = {{0, 7}, {0, 0}};
    double[][] b = {{0, 0}, {7, 0}};

    assertThat(largestReal(a) + largestReal(b)).isCloseTo(0, within(1e-12));
    assertThat(largestReal(Coupling.sum(a, b))).isCloseTo(7, within(1e-12));
    assertThat(Bound.weyl(a, b).slack()).isGreaterThan(-ROUNDING);
    assertThat(Bound.singularValuesOfSum(a, b).slack()).isGreaterThan(-ROUNDING);
  }

  private static double largestReal(double[][] matrix) {
    return Arrays.stream(Eigenvalues.of(matrix)).mapToDouble(Complex::getReal).max().orElseThrow();
  }

  private static double norm(double[][] matrix) {
    return SingularValues.of(matrix).spectralNorm();
  }

  /** H(3Hᵀ) = 3I for a reflection H: beside the diagonal is rounding, and not the same twice. */
  @Test
  void whatIsSymmetricButForRoundingIsSymmetric() {
    int n = 12;
    double[][] v = Examples.gaussian(n, 1, new Random(3));
    double square = Arrays.stream(v).mapToDouble(row -> row[0] * row[0]).sum();
    double[][] reflection = new double[n][n];
    double[][] tripled = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        reflection[i][j] = (i == j ? 1 : 0) - 2 * v[i][0] * v[j][0] / square;
        tripled[i][j] = 3 * reflection[i][j];
      }
    }
    double[][] w = Examples.product(tripled, Examples.transposed(reflection));

    assertThat(Arrays.deepEquals(w, Examples.transposed(w))).isFalse();
    assertThat(Bound.hadamardMajorisation(w, Examples.cosine(n, 0.5)).left()[0])
        .isCloseTo(3, within(1e-13));
    w[1][0] += 1e-8;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.hadamardMajorisation(w, Examples.cosine(n, 0.5)))
        .withMessageContaining("give a symmetric matrix");
  }

  @Test
  void rejectsWhatIsNotSymmetric() {
    double[][] w = {{1, 2}, {3, 4}};
    double[][] e = {{1, 0.5}, {0.5, 1}};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.hadamardMajorisation(w, e))
        .withMessageContaining("w: found 3.0 at [1][0] and 2.0 at [0][1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.hadamardNorm(e, w))
        .withMessageContaining("e: found 3.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.weyl(w, new double[][] {{1}}))
        .withMessageContaining("order 2 and 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bound.hadamardKyFan(w, new double[][] {{1, Double.NaN}, {0, 1}}))
        .withMessageContaining("e: row 0: value 1 is NaN");
  }
}
