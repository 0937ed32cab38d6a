package io.github.pelab.cli.spectra;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a run's files say of spectra, and of the heads that matter.
 *
 * @param id tells it from all others
 * @param label what it shares with runs that differ from it in the seed alone
 * @param seed what it does not share with them
 * @param unscaled what it shares with runs that differ from it in seed and logit scale alone
 * @param finished whether its training has ended: how far it came says something
 * @param steps by step; empty if training was not watched
 * @param contraction empty if the trained network was not measured
 * @param ablation empty if its heads were not ablated
 */
public record WatchedRun(
    String id,
    String label,
    long seed,
    String unscaled,
    boolean finished,
    List<SpectraRow> steps,
    List<ContractionRow> contraction,
    List<AblationRow> ablation) {

  public WatchedRun {
    steps = List.copyOf(steps);
    contraction = List.copyOf(contraction);
    ablation = List.copyOf(ablation);
  }

  /**
   * Updates until the loss was first seen below half of what it was before training; empty if it
   * never was.
   */
  OptionalInt stepsToHalf() {
    return steps.stream()
        .filter(row -> row.loss() < steps.get(0).loss() / 2)
        .mapToInt(SpectraRow::step)
        .findFirst();
  }
}
