package io.github.pelab.cli.report;

import io.github.pelab.spectra.Contraction;
import io.github.pelab.spectra.LogitSpectrum.Measure;
import io.github.pelab.spectra.PairedSpectra;
import io.github.pelab.spectra.SyntheticContent;
import io.github.pelab.train.spectra.ContractionRow.Quantiles;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * A random head's logits with a scheme and without it.
 *
 * @param head whose terms the scheme's are, from 0
 * @param shape of the head, of how many it is one, and how often it was drawn
 * @param regime what is random, in words
 * @param spectralNorm of the logits
 * @param rowCentredNorm of the row-centred logits
 * @param measures over all trials
 */
public record RandomHead(
    String scheme,
    int head,
    SyntheticContraction.Shape shape,
    String regime,
    Contraction spectralNorm,
    Contraction rowCentredNorm,
    Map<Measure, Quantiles> measures) {

  /** What was drawn. */
  static RandomHead of(SyntheticContraction drawn) {
    PairedSpectra spectra = drawn.spectra();
    Map<Measure, Quantiles> measures = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      measures.put(
          measure,
          Quantiles.of(
              Arrays.stream(spectra.with(measure)), Arrays.stream(spectra.without(measure))));
    }
    return new RandomHead(
        drawn.scheme(),
        drawn.head(),
        drawn.shape(),
        regime(drawn.content()),
        spectra.contraction(Measure.SPECTRAL_NORM, Contraction.MARGIN),
        spectra.contraction(Measure.ROW_CENTRED_NORM, Contraction.MARGIN),
        measures);
  }

  private static String regime(SyntheticContent content) {
    return switch (content.kind()) {
      case IID -> "random, iid";
      case COHERENT -> "random, coherent, σ = " + content.noise();
      case GRAM -> "random, Gram";
    };
  }
}
