package io.github.pelab.cli.report;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.formation.FormationRow;
import io.github.pelab.ablation.portrait.HeadPortrait;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.List;

/**
 * A run's files, as read.
 *
 * @param metrics in the order they were written; empty before the first epoch ends
 * @param ablation in the order they were written; empty if the run was not ablated
 * @param heads empty if the run's heads were not watched
 * @param formation in the order they were written; empty if nothing was ablated during training
 * @param spectra likewise; empty if no spectra were watched during training
 * @param contraction likewise; empty if those of the trained network were not measured
 */
public record ReportRun(
    RunRecord run,
    List<MetricsRow> metrics,
    List<AblationRow> ablation,
    List<HeadPortrait> heads,
    List<FormationRow> formation,
    List<SpectraRow> spectra,
    List<ContractionRow> contraction) {

  public ReportRun {
    metrics = List.copyOf(metrics);
    ablation = List.copyOf(ablation);
    heads = List.copyOf(heads);
    formation = List.copyOf(formation);
    spectra = List.copyOf(spectra);
    contraction = List.copyOf(contraction);
  }
}
