package io.github.pelab.train.spectra;

import io.github.pelab.spectra.LogitSpectrum;
import io.github.pelab.spectra.LogitSpectrum.Measure;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A head's spectra in few numbers, over examples: geometric means of norms and of the range, so
 * that their ratios are the geometric means of ratios, and arithmetic means of ranks. {@link
 * Measure} says what each is.
 */
public record Measures(
    double spectralNorm,
    double rowCentredNorm,
    double symmetricRange,
    double stableRank,
    double entropyRank) {

  public Measures {
    for (double each :
        new double[] {spectralNorm, rowCentredNorm, symmetricRange, stableRank, entropyRank}) {
      if (!(each > 0 && each < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "measures: found %s; all of them are finite and above 0".formatted(each));
      }
    }
  }

  /** Over spectra, one at least, all of logits that softmax sees something of. */
  static Measures of(List<LogitSpectrum> spectra) {
    return new Measures(
        geometricMean(spectra, Measure.SPECTRAL_NORM),
        geometricMean(spectra, Measure.ROW_CENTRED_NORM),
        geometricMean(spectra, Measure.SYMMETRIC_RANGE),
        mean(spectra, each -> each.get(Measure.STABLE_RANK)),
        mean(spectra, each -> each.get(Measure.ENTROPY_RANK)));
  }

  private static double geometricMean(List<LogitSpectrum> spectra, Measure measure) {
    return Math.exp(mean(spectra, each -> Math.log(each.get(measure))));
  }

  private static double mean(List<LogitSpectrum> spectra, ToDoubleFunction<LogitSpectrum> number) {
    return spectra.stream().mapToDouble(number).average().orElseThrow();
  }
}
