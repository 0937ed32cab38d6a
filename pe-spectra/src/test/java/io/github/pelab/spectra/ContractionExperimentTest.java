package io.github.pelab.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.spectra.LogitSpectrum.Measure;
import io.github.pelab.spectra.SyntheticContent.Kind;
import io.github.pelab.spectra.SyntheticContent.QueriesAndKeys;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class ContractionExperimentTest {
  private static final int N = 8;
  private static final int K = 4;
  private static final HeadScheme ROPE = Examples.rope(N, K);

  private static ContractionExperiment experiment(
      int trials, long seed, SyntheticContent content, HeadScheme scheme) {
    return new ContractionExperiment(N, K, trials, seed, content, scheme);
  }

  private static void requireEqual(PairedSpectra one, PairedSpectra other, int trials) {
    for (Measure measure : Measure.values()) {
      assertThat(Arrays.copyOf(one.with(measure), trials))
          .isEqualTo(Arrays.copyOf(other.with(measure), trials));
      assertThat(Arrays.copyOf(one.without(measure), trials))
          .isEqualTo(Arrays.copyOf(other.without(measure), trials));
    }
  }

  @Test
  void theSeedDecidesEveryBitAndTheThreadsNone() {
    ContractionExperiment experiment = experiment(200, 5, SyntheticContent.iid(), ROPE);
    PairedSpectra found = experiment.run();

    requireEqual(experiment.run(), found, 200);
    for (int threads : new int[] {1, 3}) {
      ForkJoinPool pool = new ForkJoinPool(threads);
      try {
        requireEqual(pool.submit(experiment::run).join(), found, 200);
      } finally {
        pool.shutdown();
      }
    }
    requireEqual(experiment(250, 5, SyntheticContent.iid(), ROPE).run(), found, 200);
    assertThat(experiment(200, 6, SyntheticContent.iid(), ROPE).run().with(Measure.SPECTRAL_NORM))
        .doesNotContain(found.with(Measure.SPECTRAL_NORM));
    assertThat(found.with(Measure.SPECTRAL_NORM)).doesNotHaveDuplicates().hasSize(200);
  }

  /** Written down once: a change of how content is drawn changes every figure there is. */
  @Test
  void theStreamIsTheOneItWas() {
    double[] norms =
        experiment(200, 5, SyntheticContent.coherent(0.5), ROPE).run().with(Measure.SPECTRAL_NORM);

    assertThat(norms[0]).isCloseTo(4.187023993047, within(1e-9));
    assertThat(norms[199]).isCloseTo(3.779960521088, within(1e-9));
  }

  /** The content of both members of a pair is the same: without positions they are equal. */
  @Test
  void aSchemeThatDoesNothingChangesNoBit() {
    HeadScheme nothing = HeadScheme.ofRotation(new double[0][], new double[0][]);
    HeadScheme still = HeadScheme.ofRotation(Examples.cos(N, 0), Examples.sin(N, 0));
    HeadScheme flat = HeadScheme.ofBias(new double[2 * N - 1]);
    HeadScheme noRows = HeadScheme.ofInput(new double[N][6]);
    for (HeadScheme scheme : List.of(nothing, still, flat, noRows)) {
      for (SyntheticContent content :
          List.of(SyntheticContent.iid(), SyntheticContent.coherent(1), SyntheticContent.gram())) {
        PairedSpectra spectra = experiment(200, 1, content, scheme).run();
        assertThat(spectra.with(Measure.SPECTRAL_NORM))
            .isEqualTo(spectra.without(Measure.SPECTRAL_NORM));
        assertThat(spectra.contraction(Measure.SPECTRAL_NORM, 0).verdict())
            .isEqualTo(ContractionVerdict.UNCHANGED);
      }
    }
    PairedSpectra rope = experiment(200, 1, SyntheticContent.iid(), ROPE).run();
    assertThat(rope.with(Measure.SPECTRAL_NORM)).isNotEqualTo(rope.without(Measure.SPECTRAL_NORM));
  }

  /**
   * Gram logits are symmetric, with a positive semidefinite matrix's spectrum, rotated or placed.
   */
  @Test
  void gramContentStaysGramWithInputRowsAndRotation() {
    double[][] rows = Examples.gaussian(N, 6, new Random(1));
    HeadScheme both =
        new HeadScheme(rows, Examples.cos(N, 1, 0.1), Examples.sin(N, 1, 0.1), new double[0]);
    PairedSpectra gram = experiment(200, 1, SyntheticContent.gram(), both).run();
    PairedSpectra iid = experiment(200, 1, SyntheticContent.iid(), both).run();

    // Rank K < n: the least eigenvalue is 0, so that the range is the norm.
    assertThat(gram.with(Measure.SYMMETRIC_RANGE))
        .containsExactly(gram.with(Measure.SPECTRAL_NORM), within(1e-12));
    assertThat(iid.with(Measure.SYMMETRIC_RANGE)[0])
        .isNotCloseTo(iid.with(Measure.SPECTRAL_NORM)[0], within(1e-3));
  }

  /**
   * W has variance 1/D, so a row of P of squared norm D adds N(0, 1) to each component, as much as
   * there is of iid content. An entry of L is a sum of K products over √K: its variance is that of
   * a query's component times that of a key's, 1 without P and 2 · 2 with, and E‖L‖²_F is n² times
   * it.
   */
  @Test
  void inputRowsWithTheNormOfContentDoubleItsVariance() {
    double[][] rows = new double[N][9];
    for (int i = 0; i < N; i++) {
      rows[i][i] = 3;
    }
    PairedSpectra spectra =
        experiment(1500, 2, SyntheticContent.iid(), HeadScheme.ofInput(rows)).run();

    assertThat(meanSquaredFrobenius(spectra, false)).isCloseTo(N * N, within(0.05 * N * N));
    assertThat(meanSquaredFrobenius(spectra, true)).isCloseTo(4 * N * N, within(0.2 * N * N));
  }

  private static double meanSquaredFrobenius(PairedSpectra spectra, boolean with) {
    double[] norms = values(spectra, Measure.SPECTRAL_NORM, with);
    double[] stableRanks = values(spectra, Measure.STABLE_RANK, with);
    double sum = 0;
    for (int t = 0; t < norms.length; t++) {
      sum += norms[t] * norms[t] * stableRanks[t];
    }
    return sum / norms.length;
  }

  private static double[] values(PairedSpectra spectra, Measure measure, boolean with) {
    return with ? spectra.with(measure) : spectra.without(measure);
  }

  /** A bias is added after scaling, once, to the member with the scheme alone. */
  @Test
  void aLargeBiasIsWhatTheSpectrumIsOf() {
    double[] bias = Examples.byLag(N, lag -> -1e6 * Math.abs(lag));
    PairedSpectra spectra =
        experiment(200, 3, SyntheticContent.iid(), HeadScheme.ofBias(bias)).run();
    double norm = SingularValues.of(ToeplitzKernel.of(bias).dense()).spectralNorm();

    for (double with : spectra.with(Measure.SPECTRAL_NORM)) {
      assertThat(with / norm).isCloseTo(1, within(1e-4));
    }
    assertThat(Arrays.stream(spectra.without(Measure.SPECTRAL_NORM)).max().orElseThrow())
        .isLessThan(1e3);
    assertThat(spectra.contraction(Measure.SPECTRAL_NORM, 0.02).verdict())
        .isEqualTo(ContractionVerdict.EXPANDS);
  }

  /** Coherent rows are one vector and noise: their mean over tokens is it, their spread is σ. */
  @Test
  void contentIsDrawnAsItSays() {
    QueriesAndKeys coherent = SyntheticContent.coherent(0.5).draw(20_000, 3, new Random(1));
    for (double[][] rows : List.of(coherent.q(), coherent.k())) {
      double mean = Arrays.stream(rows).mapToDouble(row -> row[0]).average().orElseThrow();
      double variance =
          Arrays.stream(rows)
              .mapToDouble(row -> (row[0] - mean) * (row[0] - mean))
              .average()
              .orElseThrow();
      assertThat(Math.sqrt(variance)).isCloseTo(0.5, within(0.01));
    }
    assertThat(coherent.q()[0][0] - coherent.k()[0][0]).isNotCloseTo(0, within(1e-6));
    QueriesAndKeys equal = SyntheticContent.coherent(0).draw(5, 3, new Random(2));
    assertThat(equal.q()[4]).isEqualTo(equal.q()[0]);
    assertThat(equal.k()[0]).isNotEqualTo(equal.q()[0]);
    QueriesAndKeys gram = SyntheticContent.gram().draw(5, 3, new Random(2));
    assertThat(gram.q()).isDeepEqualTo(gram.k());
    QueriesAndKeys iid = SyntheticContent.iid().draw(5, 3, new Random(2));
    assertThat(iid.q()[0]).isNotEqualTo(iid.q()[1]);
    assertThat(iid.q()[0]).isNotEqualTo(iid.k()[0]);
  }

  @Test
  void rejectsWhatDoesNotFit() {
    SyntheticContent iid = SyntheticContent.iid();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> experiment(199, 1, iid, ROPE))
        .withMessageContaining("trials: found 199; give 200 at least");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContractionExperiment(1, K, 200, 1, iid, Examples.rope(1, K)))
        .withMessageContaining("length: found 1; give 2 at least");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContractionExperiment(N, 0, 200, 1, iid, ROPE))
        .withMessageContaining("headSize: found 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContractionExperiment(N, 2, 200, 1, iid, ROPE))
        .withMessageContaining("tables of 2 and 2 pairs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ContractionExperiment(N + 1, K, 200, 1, iid, ROPE))
        .withMessageContaining("cos[0]: found 15 values by lag; give 2n - 1 = 17");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> experiment(200, 1, iid, HeadScheme.ofInput(new double[3][4])))
        .withMessageContaining("inputRows: found 3; give one for each of 8 tokens");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> experiment(200, 1, iid, HeadScheme.ofInput(new double[N][0])))
        .withMessageContaining("inputRows: the matrix is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> experiment(200, 1, iid, HeadScheme.ofBias(new double[3])))
        .withMessageContaining("bias: found 3 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SyntheticContent.coherent(-1))
        .withMessageContaining("noise: found -1.0 with COHERENT");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SyntheticContent.coherent(Double.NaN))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SyntheticContent(Kind.IID, 1))
        .withMessageContaining("noise: found 1.0 with IID");
    LogitSpectrum spectrum = LogitSpectrum.of(new double[][] {{1, 2}, {3, 4}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PairedSpectra(List.of(spectrum), List.of()))
        .withMessageContaining("found 1 and 0 spectra");
  }
}
