package io.github.pelab.cli.spectra;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.List;

/**
 * What a run's files say of spectra, and of the heads that matter.
 *
 * @param id tells it from all others
 * @param label what it shares with runs that differ from it in the seed alone
 * @param steps by step; empty if training was not watched
 * @param contraction empty if the trained network was not measured
 * @param ablation empty if its heads were not ablated
 */
public record WatchedRun(
    String id,
    String label,
    List<SpectraRow> steps,
    List<ContractionRow> contraction,
    List<AblationRow> ablation) {

  public WatchedRun {
    steps = List.copyOf(steps);
    contraction = List.copyOf(contraction);
    ablation = List.copyOf(ablation);
  }
}
