package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.spectra.LogitSpectrum.Measure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.hipparchus.complex.Complex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is true of a rotation's spectrum, and what is said of it but is not. */
class RotationSpectraTest {
  private static final int N = 24;

  /** X + iY as a real matrix of twice the order, which has X + iY's spectrum and its conjugate. */
  private static double[][] embedded(double[][] x, double[][] y) {
    int n = x.length;
    double[][] embedded = new double[2 * n][2 * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        embedded[i][j] = x[i][j];
        embedded[i][n + j] = -y[i][j];
        embedded[n + i][j] = y[i][j];
        embedded[n + i][n + j] = x[i][j];
      }
    }
    return embedded;
  }

  /** (X + iY) ∘ E with E = e^(iθ(i−j)), embedded. */
  private static double[][] rotated(double[][] x, double[][] y, double frequency) {
    double[][] cos = Examples.kernel(N, lag -> Math.cos(frequency * lag)).dense();
    double[][] sin = Examples.kernel(N, lag -> Math.sin(frequency * lag)).dense();
    return embedded(
        Examples.combined(1, Coupling.hadamard(x, cos), -1, Coupling.hadamard(y, sin)),
        Examples.combined(1, Coupling.hadamard(x, sin), 1, Coupling.hadamard(y, cos)));
  }

  /**
   * E = ee* with e_j = e^(iθj), so W ∘ E = D W D* with D = diag(e), which is unitary: all singular
   * values and all eigenvalues of a complex W stay. With one frequency nothing contracts.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.7, 2})
  void oneFrequencyLeavesTheComplexSpectrumAsItIs(double frequency) {
    Random random = new Random(1);
    double[][] x = Examples.gaussian(N, N, random);
    double[][] y = Examples.gaussian(N, N, random);
    double[][] before = embedded(x, y);
    double[][] after = rotated(x, y, frequency);

    assertThat(SingularValues.of(after).descending())
        .containsExactly(SingularValues.of(before).descending(), within(1e-12));
    assertThat(furthest(Eigenvalues.of(before), Eigenvalues.of(after))).isLessThan(1e-10);

    double[][] real = Examples.symmetric(N, random);
    double[][] none = new double[N][N];
    assertThat(SymmetricEigenvalues.ofSymmetricPart(rotated(real, none, frequency)).descending())
        .containsExactly(
            SymmetricEigenvalues.ofSymmetricPart(embedded(real, none)).descending(), within(1e-12));
    // It is another matrix all the same.
    assertThat(after[1][0]).isNotCloseTo(before[1][0], within(1e-3));
  }

  /**
   * Pairs each value with the nearest that is left, and says how far the furthest pair is apart.
   */
  private static double furthest(Complex[] one, Complex[] other) {
    List<Complex> left = new ArrayList<>(Arrays.asList(other));
    double furthest = 0;
    for (Complex value : one) {
      Complex nearest =
          left.stream()
              .min(Comparator.comparingDouble(each -> each.subtract(value).norm()))
              .orElseThrow();
      left.remove(nearest);
      furthest = Math.max(furthest, nearest.subtract(value).norm());
    }
    return furthest;
  }

  /**
   * A model uses the real part, W ∘ cos θ(i − j) for a real W, and that is not similar to W: cos is
   * a mean of two rotations, a correlation matrix of rank two, and the range shrinks.
   */
  @Test
  void theRealPartOfOneFrequencyIsNotIsospectral() {
    double[][] w = Examples.symmetric(N, new Random(2));
    double[][] part = Coupling.hadamard(w, Examples.cosine(N, 0.7));
    SymmetricEigenvalues before = SymmetricEigenvalues.ofSymmetricPart(w);
    SymmetricEigenvalues after = SymmetricEigenvalues.ofSymmetricPart(part);

    assertThat(after.range()).isLessThan(0.9 * before.range());
    assertThat(Bound.hadamardMajorisation(w, Examples.cosine(N, 0.7)).slack())
        .isGreaterThan(-1e-11);
    double[][] still = Coupling.hadamard(w, Examples.cosine(N, 0));
    assertThat(still).isDeepEqualTo(w);
  }

  /** Logits are a product of turned queries and turned keys, [n][K] each: of rank K at most. */
  @ParameterizedTest
  @CsvSource({"6, 3", "7, 3", "16, 8", "16, 2"})
  void rotatedLogitsHaveNoHigherRankThanTheHeadSize(int headSize, int pairs) {
    int n = 40;
    Random random = new Random(3);
    double[][] q = Examples.gaussian(n, headSize, random);
    double[][] k = Examples.gaussian(n, headSize, random);
    double[] frequencies = Examples.frequencies(pairs);
    double[][] logits =
        Coupling.rotary(q, k, Examples.cos(n, frequencies), Examples.sin(n, frequencies), 1);

    assertThat(SingularValues.of(logits).rank(1e-12)).isEqualTo(headSize);
    // A lag bias lifts it, and so would a Hadamard product with a kernel that is not of rank one.
    double[] alibi = Examples.byLag(n, lag -> -0.1 * Math.abs(lag));
    assertThat(SingularValues.of(Coupling.plusLagBias(logits, alibi)).rank(1e-12)).isEqualTo(n);
    double[][] coupled = Coupling.hadamard(Coupling.content(q, k, 1), Examples.cosine(n, 0.5));
    assertThat(SingularValues.of(coupled).rank(1e-12)).isEqualTo(Math.min(n, 2 * headSize));
  }

  /**
   * Two pairs with W_1 = −W_2: without a rotation they cancel, with two frequencies they do not. So
   * no bound ‖L_RoPE‖ ≤ c ‖L_NoPE‖ holds, for any c. (For a real W_1 of each pair's own it would be
   * Schur's bound on W ∘ E, but RoPE has a W_p for each E_p.)
   */
  @Test
  void rotationMakesSomethingOfNothing() {
    int n = 64;
    Random random = new Random(4);
    double[][] q = new double[n][];
    double[][] k = new double[n][];
    for (int i = 0; i < n; i++) {
      double a = random.nextInt(7) - 3;
      double b = random.nextInt(7) - 3;
      double c = random.nextInt(7) - 3;
      double d = random.nextInt(7) - 3;
      q[i] = new double[] {a, b, a, b};
      k[i] = new double[] {c, d, -c, -d};
    }
    double[] frequencies = {1, 0.01};
    double[][] without = Coupling.content(q, k, 1);
    double[][] with =
        Coupling.rotary(q, k, Examples.cos(n, frequencies), Examples.sin(n, frequencies), 1);

    assertThat(SingularValues.of(without).spectralNorm()).isZero();
    assertThat(SingularValues.of(with).spectralNorm()).isGreaterThan(n);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contraction.of(new double[] {1, 1}, new double[] {1, 0}))
        .withMessageContaining("without[1]: found 0.0");
  }

  private static PairedSpectra rope(SyntheticContent content) {
    return new ContractionExperiment(40, 16, 200, 11, content, Examples.rope(40, 16)).run();
  }

  private static Contraction contraction(PairedSpectra spectra, Measure measure) {
    return spectra.contraction(measure, Contraction.MARGIN);
  }

  private static ContractionVerdict verdict(PairedSpectra spectra, Measure measure) {
    return contraction(spectra, measure).verdict();
  }

  /**
   * A Gaussian vector with independent components of one variance is, turned by any angle, the
   * same: turned iid queries and keys are iid queries and keys. So of iid content, and of Gram
   * content too, everything that RoPE's logits are measured by has NoPE's distribution, the mean of
   * log ρ is 0, and ρ &lt; 1 is a coin flip: it is no contraction, and no trial with more tokens
   * will find one.
   */
  @Test
  void rotationLeavesIndependentContentUnchanged() {
    for (SyntheticContent content : List.of(SyntheticContent.iid(), SyntheticContent.gram())) {
      PairedSpectra spectra = rope(content);
      for (Measure measure : Measure.values()) {
        Contraction found = contraction(spectra, measure);
        // Within four standard errors: two make an interval.
        double mean = Math.log(found.geometricMean());
        double half = Math.log(found.meanInterval().upper()) - mean;
        assertThat(mean).as("%s %s", content, measure).isCloseTo(0, within(2 * half));
        assertThat(found.shareBelowOne())
            .as("%s %s", content, measure)
            .isCloseTo(0.5, within(4 * 0.5 / Math.sqrt(found.pairs())));
      }
      assertThat(verdict(spectra, Measure.SPECTRAL_NORM)).isEqualTo(ContractionVerdict.UNCHANGED);
      assertThat(verdict(spectra, Measure.ROW_CENTRED_NORM))
          .isEqualTo(ContractionVerdict.UNCHANGED);
      assertThat(verdict(spectra, Measure.SYMMETRIC_RANGE)).isEqualTo(ContractionVerdict.UNCHANGED);
      assertThat(verdict(spectra, Measure.ENTROPY_RANK)).isEqualTo(ContractionVerdict.UNCHANGED);
    }
  }

  /**
   * (q · R k)² has the same mean K for every rotation R, if q and k are independent N(0, I): so has
   * each squared logit, and ‖L‖²_F, whatever the noise. What tokens share is not made less, it is
   * spread over more directions: the spectral norm falls while the stable rank grows.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void rotationKeepsTheMeanOfTheSquaredFrobeniusNorm(double noise) {
    PairedSpectra spectra =
        new ContractionExperiment(
                12, 4, 6000, 3, SyntheticContent.coherent(noise), Examples.rope(12, 4))
            .run();
    double[] norms = spectra.with(Measure.SPECTRAL_NORM);
    double[] ranks = spectra.with(Measure.STABLE_RANK);
    double[] normsWithout = spectra.without(Measure.SPECTRAL_NORM);
    double[] ranksWithout = spectra.without(Measure.STABLE_RANK);
    double[] squared = new double[norms.length];
    double[] squaredWithout = new double[norms.length];
    Arrays.setAll(squared, t -> norms[t] * norms[t] * ranks[t]);
    Arrays.setAll(squaredWithout, t -> normsWithout[t] * normsWithout[t] * ranksWithout[t]);

    assertThat(mean(squared) / mean(squaredWithout)).isCloseTo(1, within(0.05));
    assertThat(mean(norms) / mean(normsWithout)).isLessThan(0.95);
  }

  /** Coherent content, as noisy as it is alike: norms shrink, ranks grow. */
  @Test
  void rotationContractsCoherentContentWithAsMuchNoise() {
    PairedSpectra spectra = rope(SyntheticContent.coherent(1));

    assertThat(verdict(spectra, Measure.SPECTRAL_NORM)).isEqualTo(ContractionVerdict.CONTRACTS);
    assertThat(verdict(spectra, Measure.ROW_CENTRED_NORM)).isEqualTo(ContractionVerdict.CONTRACTS);
    assertThat(verdict(spectra, Measure.SYMMETRIC_RANGE)).isEqualTo(ContractionVerdict.CONTRACTS);
    assertThat(verdict(spectra, Measure.STABLE_RANK)).isEqualTo(ContractionVerdict.EXPANDS);
    assertThat(verdict(spectra, Measure.ENTROPY_RANK)).isEqualTo(ContractionVerdict.EXPANDS);
  }

  /**
   * With little noise the logits of a row are nearly equal without a rotation, which softmax does
   * not see: their norm is large and shrinks, their row-centred norm is small and grows.
   */
  @Test
  void ofCoherentContentWithLittleNoiseOnlyWhatSoftmaxIgnoresContracts() {
    PairedSpectra spectra = rope(SyntheticContent.coherent(0.3));

    assertThat(verdict(spectra, Measure.SPECTRAL_NORM)).isEqualTo(ContractionVerdict.CONTRACTS);
    assertThat(verdict(spectra, Measure.ROW_CENTRED_NORM)).isEqualTo(ContractionVerdict.EXPANDS);
  }

  /**
   * Without noise all of NoPE's logits are q·k/√K: when that is near 0 the rotation multiplies the
   * norm many times. The mean norm shrinks, the mean ratio does not. Row-centred there is nothing.
   */
  @Test
  void withoutNoiseTheMeanNormShrinksButNotTheRatio() {
    PairedSpectra spectra = rope(SyntheticContent.coherent(0));

    assertThat(mean(spectra.with(Measure.SPECTRAL_NORM)))
        .isLessThan(mean(spectra.without(Measure.SPECTRAL_NORM)));
    assertThat(contraction(spectra, Measure.SPECTRAL_NORM).geometricMean()).isGreaterThan(1);
    assertThat(spectra.without(Measure.ROW_CENTRED_NORM)).containsOnly(0);
    for (double rank : spectra.without(Measure.STABLE_RANK)) {
      assertThat(rank).isCloseTo(1, within(1e-12));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> contraction(spectra, Measure.ROW_CENTRED_NORM))
        .withMessageContaining("without[0]: found 0.0");
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
