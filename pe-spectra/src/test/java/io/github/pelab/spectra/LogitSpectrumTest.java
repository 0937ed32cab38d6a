package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.spectra.LogitSpectrum.Measure;
import java.util.Arrays;
import java.util.Random;
import org.hipparchus.complex.Complex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogitSpectrumTest {

  /**
   * [[3, 0], [4, 5]]: AᵀA = [[25, 20], [20, 25]] has eigenvalues 45 and 5. The symmetric part [[3,
   * 2], [2, 5]] has 4 ± √5. Rows less their means are ±1.5 and ∓0.5: singular value √(2·1.5² +
   * 2·0.5²) = √5.
   */
  @Test
  void theNumbersAreThoseOfTheFormulas() {
    LogitSpectrum spectrum = LogitSpectrum.of(new double[][] {{3, 0}, {4, 5}});

    assertThat(spectrum.raw().descending())
        .containsExactly(new double[] {Math.sqrt(45), Math.sqrt(5)}, within(1e-14));
    assertThat(spectrum.raw().frobeniusNorm()).isCloseTo(Math.sqrt(50), within(1e-14));
    assertThat(spectrum.get(Measure.SPECTRAL_NORM)).isCloseTo(Math.sqrt(45), within(1e-14));
    assertThat(spectrum.get(Measure.ROW_CENTRED_NORM)).isCloseTo(Math.sqrt(5), within(1e-14));
    assertThat(spectrum.rowCentred().rank(1e-12)).isEqualTo(1);
    assertThat(spectrum.symmetric().greatest()).isCloseTo(4 + Math.sqrt(5), within(1e-13));
    assertThat(spectrum.symmetric().least()).isCloseTo(4 - Math.sqrt(5), within(1e-13));
    assertThat(spectrum.get(Measure.SYMMETRIC_RANGE)).isCloseTo(2 * Math.sqrt(5), within(1e-13));
    assertThat(spectrum.get(Measure.STABLE_RANK)).isCloseTo(50.0 / 45, within(1e-14));
    // p = 3/4 and 1/4, as √45 = 3√5: exp of ¾ log 4/3 + ¼ log 4 = 4 / 3^(3/4)
    assertThat(spectrum.get(Measure.ENTROPY_RANK)).isCloseTo(4 / Math.pow(3, 0.75), within(1e-14));
  }

  /** As A = U diag(σ) Vᵀ with U and V orthogonal, made here by Householder's reflections. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 16, 61, 128})
  void singularValuesAreThoseThatAMatrixIsMadeOf(int n) {
    Random random = new Random(n);
    double[] sigma = new double[n];
    Arrays.setAll(sigma, k -> k % 3 == 2 ? 0 : Math.pow(0.8, k));
    double[][] matrix = new double[n][n];
    for (int k = 0; k < n; k++) {
      matrix[k][k] = sigma[k];
    }
    double[][] reflected =
        Examples.transposed(reflected(Examples.transposed(reflected(matrix, random)), random));
    double[] expected = Arrays.stream(sigma).map(s -> -s).sorted().map(s -> -s).toArray();

    assertThat(SingularValues.of(reflected).descending()).containsExactly(expected, within(1e-13));
    assertThat(SingularValues.of(reflected).rank(1e-13)).isEqualTo(n - n / 3);
  }

  /** HX with H = I − 2vvᵀ/vᵀv. */
  private static double[][] reflected(double[][] x, Random random) {
    int n = x.length;
    double[][] v = Examples.gaussian(n, 1, random);
    double[][] vx = Examples.product(Examples.transposed(v), x);
    double square = Arrays.stream(v).mapToDouble(row -> row[0] * row[0]).sum();
    return Examples.combined(1, x, -2 / square, Examples.product(v, vx));
  }

  /** Of matrices of low rank, where iterations that look at neighbours only do not end. */
  @ParameterizedTest
  @ValueSource(ints = {2, 44, 128, 256})
  void symmetricEigenvaluesOfLowRankAreFound(int n) {
    double[][] ones = new double[n][n];
    for (double[] row : ones) {
      Arrays.fill(row, -3);
    }
    double[] ofOnes = SymmetricEigenvalues.ofSymmetricPart(ones).descending();

    assertThat(ofOnes[n - 1]).isCloseTo(-3.0 * n, within(1e-12 * n));
    assertThat(ofOnes[0]).isCloseTo(0, within(1e-12 * n));

    // Rank 2: those of cos θr are (n ± sin nθ / sin θ) / 2.
    double[] ofCosine = SymmetricEigenvalues.ofSymmetricPart(Examples.cosine(n, 0.3)).descending();
    double half = Math.sin(0.3 * n) / Math.sin(0.3) / 2;
    assertThat(ofCosine[0]).isCloseTo(n / 2.0 + Math.abs(half), within(1e-12 * n));
    assertThat(ofCosine[1]).isCloseTo(n / 2.0 - Math.abs(half), within(1e-12 * n));
    assertThat(n == 2 ? 0 : ofCosine[n - 1]).isCloseTo(0, within(1e-12 * n));
  }

  /** 2 + 2 cos πk/(n + 1) of the second-difference matrix with plus signs. */
  @Test
  void symmetricEigenvaluesOfAKnownMatrix() {
    int n = 30;
    double[][] matrix =
        Examples.kernel(n, lag -> lag == 0 ? 2 : Math.abs(lag) == 1 ? 1 : 0).dense();
    double[] expected = new double[n];
    Arrays.setAll(expected, k -> 2 + 2 * Math.cos(Math.PI * (k + 1) / (n + 1)));

    assertThat(SymmetricEigenvalues.ofSymmetricPart(matrix).descending())
        .containsExactly(expected, within(1e-13));
  }

  @Test
  void generalEigenvaluesAreComplexWhereAMatrixTurns() {
    double[][] matrix = {{0, -2, 0}, {2, 0, 0}, {0, 0, 5}};

    Complex[] values = Eigenvalues.of(matrix);

    assertThat(values[0].subtract(5).norm()).isLessThan(1e-14);
    assertThat(values[1].getImaginary()).isCloseTo(-values[2].getImaginary(), within(1e-14));
    assertThat(Math.abs(values[1].getImaginary())).isCloseTo(2, within(1e-14));
    assertThat(Eigenvalues.of(new double[2][2])).containsExactly(Complex.ZERO, Complex.ZERO);
  }

  @Test
  void ranksAreOneOfRankOneAndNOfTheIdentity() {
    double[][] identity = {{2, 0, 0}, {0, 2, 0}, {0, 0, 2}};
    double[][] rankOne = {{1, 2, 3}, {2, 4, 6}, {3, 6, 9}};

    assertThat(SingularValues.of(identity).stableRank()).isCloseTo(3, within(1e-14));
    assertThat(SingularValues.of(identity).entropyRank()).isCloseTo(3, within(1e-14));
    assertThat(SingularValues.of(rankOne).stableRank()).isCloseTo(1, within(1e-13));
    assertThat(SingularValues.of(rankOne).entropyRank()).isCloseTo(1, within(1e-12));
  }

  /** Softmax does not see what is added to a row; the raw norm does. */
  @Test
  void whatIsAddedToRowsIsGoneAfterCentring() {
    Random random = new Random(3);
    double[][] logits = Examples.gaussian(12, 12, random);
    double[][] shifted = new double[12][12];
    for (int i = 0; i < 12; i++) {
      double shift = 100 * i;
      Arrays.setAll(shifted[i], j -> 0);
      for (int j = 0; j < 12; j++) {
        shifted[i][j] = logits[i][j] + shift;
      }
    }

    assertThat(LogitSpectrum.of(shifted).rowCentred().descending())
        .containsExactly(LogitSpectrum.of(logits).rowCentred().descending(), within(1e-11));
    assertThat(LogitSpectrum.of(shifted).get(Measure.SPECTRAL_NORM)).isGreaterThan(1000);
    for (double[] row : LogitSpectrum.rowCentred(shifted)) {
      assertThat(Arrays.stream(row).sum()).isCloseTo(0, within(1e-10));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-200, 1e200})
  void scaleChangesNormsAndNoRank(double scale) {
    double[][] matrix = Examples.gaussian(8, 8, new Random(4));
    LogitSpectrum scaled = LogitSpectrum.of(Examples.combined(scale, matrix, 0, matrix));
    LogitSpectrum plain = LogitSpectrum.of(matrix);

    for (Measure measure : Measure.values()) {
      boolean rank = measure == Measure.STABLE_RANK || measure == Measure.ENTROPY_RANK;
      assertThat(scaled.get(measure) / plain.get(measure) / (rank ? 1 : scale))
          .as("%s", measure)
          .isCloseTo(1, within(1e-13));
    }
    assertThat(scaled.raw().frobeniusNorm() / plain.raw().frobeniusNorm() / scale)
        .isCloseTo(1, within(1e-13));
  }

  @Test
  void nothingIsSaidOfLogitsThatHaveNoSpectrum() {
    LogitSpectrum zero = LogitSpectrum.of(new double[3][3]);
    assertThat(zero.get(Measure.SPECTRAL_NORM)).isZero();
    assertThat(zero.get(Measure.SYMMETRIC_RANGE)).isZero();
    assertThat(zero.raw().frobeniusNorm()).isZero();
    assertThat(zero.raw().rank(0)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> zero.get(Measure.STABLE_RANK))
        .withMessageContaining("all of it is 0, and the stable rank of that is undefined");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> zero.get(Measure.ENTROPY_RANK))
        .withMessageContaining("entropy rank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> zero.raw().rank(1))
        .withMessageContaining("tolerance: found 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogitSpectrum.of(new double[][] {{1}}))
        .withMessageContaining("logits: found those of 1 token; give 2 at least");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogitSpectrum.of(new double[0][0]))
        .withMessageContaining("logits: the matrix is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogitSpectrum.of(new double[][] {{1, 2}, {3, Double.NaN}}))
        .withMessageContaining("logits: row 1: value 1 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogitSpectrum.of(new double[][] {{1, 2, 3}, {4, 5, 6}}))
        .withMessageContaining("give a square matrix");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Eigenvalues.of(new double[][] {{1, 2}}))
        .withMessageContaining("matrix: found 1 rows of 2 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SingularValues.of(new double[][] {{}}))
        .withMessageContaining("matrix: the matrix is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SymmetricEigenvalues.ofSymmetricPart(new double[][] {{1, 2}, {3}}))
        .withMessageContaining("row 1 has 1 values, row 0 has 2");
  }
}
