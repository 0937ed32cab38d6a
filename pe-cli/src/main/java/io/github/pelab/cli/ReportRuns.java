package io.github.pelab.cli;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.formation.FormationRow;
import io.github.pelab.ablation.portrait.RunPortraits;
import io.github.pelab.cli.report.ReportRun;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.SpectraRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds runs, and reads what a report needs of them. */
final class ReportRuns {
  private ReportRuns() {}

  /**
   * The run in each of {@code directories}, or the runs below it if it is none itself.
   *
   * @throws IllegalArgumentException if there is none
   */
  static List<RunDirectory> find(List<Path> directories) {
    List<RunDirectory> runs = new ArrayList<>();
    for (Path directory : directories) {
      List<RunDirectory> found = RunDirectory.list(directory);
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            directory + ": holds no run; name a run's directory or one that holds runs");
      }
      runs.addAll(found);
    }
    return runs;
  }

  static ReportRun read(RunDirectory run) {
    return new ReportRun(
        run.read(),
        run.rows(RunDirectory.METRICS, MetricsRow.class),
        run.rows(RunDirectory.ABLATION, AblationRow.class),
        RunPortraits.rows(run),
        run.rows(RunDirectory.FORMATION, FormationRow.class),
        run.rows(RunDirectory.SPECTRA, SpectraRow.class),
        run.rows(RunDirectory.CONTRACTION, ContractionRow.class));
  }
}
