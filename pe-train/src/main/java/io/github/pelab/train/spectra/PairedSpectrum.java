package io.github.pelab.train.spectra;

import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.spectra.LogitSpectrum;
import java.util.Optional;

/**
 * A head's spectra in one sequence.
 *
 * @param logits as the head has them
 * @param content of the same queries and keys without rotation and lag bias
 */
record PairedSpectrum(LogitSpectrum logits, LogitSpectrum content) {

  /**
   * Those of a head's logits; empty if there is but one token, or if all logits are 0, with
   * positions or without: neither has a shape.
   */
  static Optional<PairedSpectrum> of(HeadLogits head) {
    if (head.logits().length < 2) {
      return Optional.empty();
    }
    PairedSpectrum spectrum =
        new PairedSpectrum(LogitSpectrum.of(head.logits()), LogitSpectrum.of(head.content()));
    boolean hasShape =
        spectrum.logits().raw().spectralNorm() > 0 && spectrum.content().raw().spectralNorm() > 0;
    return hasShape ? Optional.of(spectrum) : Optional.empty();
  }
}
