package io.github.pelab.train.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.spectra.Contraction;
import io.github.pelab.spectra.HeadScheme;
import io.github.pelab.spectra.LogitSpectrum.Measure;
import io.github.pelab.spectra.SyntheticContent;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SyntheticContractionTest {
  private static final int HEADS = 4;
  private static final int K = 4;
  private static final int LENGTH = 6;

  private static HeadScheme terms(String scheme, int head, long seed) {
    return UntrainedHead.of(Schemes.parse(scheme), head, HEADS, K, LENGTH, seed);
  }

  private static List<SyntheticContraction> run(String scheme, long seed) {
    return SyntheticContraction.run(
        List.of(Schemes.parse(scheme)),
        List.of(SyntheticContent.iid()),
        new SyntheticContraction.Shape(HEADS, K, LENGTH, 200, seed),
        SpectraRuns.QUIET);
  }

  @Test
  void termsAreTheSchemes() {
    HeadScheme alibi = terms("alibi", 1, 1);
    // Slopes 2^(−8(h+1)/H): of the second head of four 1/16.
    assertThat(alibi.bias()[LENGTH - 1 + 3]).isCloseTo(-3.0 / 16, within(1e-15));
    assertThat(alibi.cos()).isEmpty();
    assertThat(alibi.inputRows()).isEmpty();
    HeadScheme rope = terms("rope", 0, 1);
    // Frequencies 10000^(−2p/K): 1 and 1/100.
    assertThat(rope.cos()[1][LENGTH - 1 + 2]).isCloseTo(Math.cos(0.02), within(1e-15));
    assertThat(rope.sin()[0][LENGTH - 1 - 2]).isCloseTo(Math.sin(-2), within(1e-15));
    assertThat(rope.bias()).isEmpty();
    HeadScheme sinusoidal = terms("sinusoidal", 0, 1);
    assertThat(sinusoidal.inputRows()).hasDimensions(LENGTH, HEADS * K);
    assertThat(sinusoidal.inputRows()[2][0]).isCloseTo(Math.sin(2), within(1e-15));
    HeadScheme nope = terms("nope", 0, 1);
    assertThat(nope.inputRows()).isEmpty();
    assertThat(nope.cos()).isEmpty();
    assertThat(nope.bias()).isEmpty();
  }

  @Test
  void whatIsLearnedIsDrawnBySeed() {
    assertThat(terms("t5", 0, 1).bias()).isEqualTo(terms("t5", 0, 1).bias());
    assertThat(terms("t5", 0, 1).bias()).isNotEqualTo(terms("t5", 0, 2).bias());
    assertThat(terms("t5", 0, 1).bias()[0]).isNotZero();
    assertThat(terms("learned", 0, 1).inputRows()).hasDimensions(LENGTH, HEADS * K);
  }

  static Stream<String> schemes() {
    return Schemes.all().stream().map(SchemeFactory::name);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void everySchemeThatHasAKernelByLagIsMeasured(String name) {
    PositionalScheme scheme = Schemes.parse(name);
    if (!scheme.hasLagKernel()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> run(name, 1))
          .withMessageContaining("has no kernel by lag");
      return;
    }
    for (SyntheticContraction each : run(name, 1)) {
      Contraction found = each.spectra().contraction(Measure.SPECTRAL_NORM, Contraction.MARGIN);
      assertThat(found.pairs()).isEqualTo(200);
      assertThat(found.geometricMean() == 1).isEqualTo(name.equals("nope"));
    }
  }

  @Test
  void headsWithOtherTermsAreMeasuredByThemselves() {
    assertThat(run("rope", 1)).extracting(SyntheticContraction::head).containsExactly(0);
    assertThat(run("t5", 1)).extracting(SyntheticContraction::head).containsExactly(0);
    assertThat(run("alibi", 1)).extracting(SyntheticContraction::head).containsExactly(0, 3);
    for (String scheme : List.of("rope(heads=1)", "alibi+t5", "rope(heads=1)+t5")) {
      assertThat(run(scheme, 1))
          .as(scheme)
          .extracting(SyntheticContraction::head)
          .containsExactly(0, 3);
    }
  }

  @Test
  void headsOfNoShapeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SyntheticContraction.Shape(0, 4, 8, 200, 1))
        .withMessage("heads: found 0; give 1 at least");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SyntheticContraction.Shape(4, 0, 8, 200, 1))
        .withMessage("headSize: found 0; give 1 at least");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SyntheticContraction.Shape(4, 4, 1, 200, 1))
        .withMessage("length: found 1; give 2 at least");
  }

  @Test
  void anotherSeedDrawsOtherContent() {
    assertThat(norms(run("rope", 1))).isEqualTo(norms(run("rope", 1)));
    assertThat(norms(run("rope", 1))).isNotEqualTo(norms(run("rope", 2)));
  }

  private static double[] norms(List<SyntheticContraction> found) {
    return found.get(0).spectra().without(Measure.SPECTRAL_NORM);
  }
}
