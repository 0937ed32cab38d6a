package io.github.pelab.cli.report;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.formation.FormationRow;
import io.github.pelab.ablation.portrait.HeadPortrait;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunRecord;
import java.util.List;

/**
 * A run's files, as read.
 *
 * @param metrics in the order they were written; empty before the first epoch ends
 * @param ablation in the order they were written; empty if the run was not ablated
 * @param heads empty if the run's heads were not watched
 * @param formation in the order they were written; empty if nothing was ablated during training
 */
public record ReportRun(
    RunRecord run,
    List<MetricsRow> metrics,
    List<AblationRow> ablation,
    List<HeadPortrait> heads,
    List<FormationRow> formation) {

  public ReportRun {
    metrics = List.copyOf(metrics);
    ablation = List.copyOf(ablation);
    heads = List.copyOf(heads);
    formation = List.copyOf(formation);
  }
}
