package io.github.pelab.cli.report;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunRecord;
import java.util.List;

/**
 * A run's files, as read.
 *
 * @param metrics in the order they were written; empty before the first epoch ends
 * @param ablation in the order they were written; empty if the run was not ablated
 */
public record ReportRun(RunRecord run, List<MetricsRow> metrics, List<AblationRow> ablation) {

  public ReportRun {
    metrics = List.copyOf(metrics);
    ablation = List.copyOf(ablation);
  }
}
