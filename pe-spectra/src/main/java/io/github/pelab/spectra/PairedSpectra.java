package io.github.pelab.spectra;

import io.github.pelab.spectra.LogitSpectrum.Measure;
import java.util.List;

/**
 * Logits of the same content measured twice: what a {@link ContractionExperiment} finds, or what a
 * trained model gave.
 *
 * @param with a scheme, a spectrum for each pair
 * @param without it, at the same index
 */
public record PairedSpectra(List<LogitSpectrum> with, List<LogitSpectrum> without) {

  public PairedSpectra {
    if (with.size() != without.size()) {
      throw new IllegalArgumentException(
          "with, without: found %d and %d spectra; give as many of both"
              .formatted(with.size(), without.size()));
    }
    with = List.copyOf(with);
    without = List.copyOf(without);
  }

  /** The measure with the scheme, a value for each pair. */
  public double[] with(Measure measure) {
    return with.stream().mapToDouble(spectrum -> spectrum.get(measure)).toArray();
  }

  /** The measure without the scheme, a value for each pair. */
  public double[] without(Measure measure) {
    return without.stream().mapToDouble(spectrum -> spectrum.get(measure)).toArray();
  }

  /**
   * Whether the scheme makes the measure smaller.
   *
   * @throws IllegalArgumentException as {@link Contraction#of(double[], double[], double)}, or for
   *     a rank of logits that are all 0
   */
  public Contraction contraction(Measure measure, double margin) {
    return Contraction.of(with(measure), without(measure), margin);
  }
}
