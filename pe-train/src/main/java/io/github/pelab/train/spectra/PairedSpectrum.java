package io.github.pelab.train.spectra;

import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.spectra.LogitSpectrum;
import io.github.pelab.spectra.LogitSpectrum.Measure;
import java.util.Optional;

/**
 * A head's spectra in one sequence.
 *
 * @param logits as the head has them
 * @param content of the same queries and keys without rotation and lag bias
 */
record PairedSpectrum(LogitSpectrum logits, LogitSpectrum content) {
  /**
   * Of the spectral norm. Equal tokens have equal keys but for what single precision rounds: that
   * leaves about 1e-7 of the norm in the row-centred form, and a ratio of it says nothing.
   */
  private static final double ROUNDING = 1e-5;

  /**
   * Those of a head's logits; empty if there is but one token, or if softmax sees nothing of the
   * logits, with positions or without: all in a row are equal but for rounding, and no ratio of
   * row-centred norms is defined. Without positions that is so where all tokens are the same.
   */
  static Optional<PairedSpectrum> of(HeadLogits head) {
    if (head.logits().length < 2) {
      return Optional.empty();
    }
    PairedSpectrum spectrum =
        new PairedSpectrum(LogitSpectrum.of(head.logits()), LogitSpectrum.of(head.content()));
    return isSeen(spectrum.logits()) && isSeen(spectrum.content())
        ? Optional.of(spectrum)
        : Optional.empty();
  }

  private static boolean isSeen(LogitSpectrum spectrum) {
    return spectrum.get(Measure.ROW_CENTRED_NORM) > ROUNDING * spectrum.get(Measure.SPECTRAL_NORM);
  }
}
