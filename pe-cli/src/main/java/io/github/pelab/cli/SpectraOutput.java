package io.github.pelab.cli;

import io.github.pelab.cli.report.Cell;
import io.github.pelab.cli.report.ReportData;
import io.github.pelab.cli.report.ReportPage;
import io.github.pelab.cli.report.ReportRun;
import io.github.pelab.cli.report.SchemeKernel;
import io.github.pelab.cli.report.SpectraTable;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.SyntheticContraction;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** How a command on spectra ends: the page is written, what was found is printed. */
final class SpectraOutput {
  private SpectraOutput() {}

  static void write(
      List<ReportRun> runs,
      List<SyntheticContraction> random,
      List<SchemeKernel> kernels,
      Path page,
      PrintWriter out)
      throws IOException {
    ReportData data = ReportData.of(runs, random, kernels);
    ReportPage.write(data, page);
    out.print(SpectraTable.text(data.spectra()));
    List<String> without =
        runs.stream()
            .filter(
                run ->
                    run.contraction().stream().noneMatch(ContractionRow.Network.class::isInstance))
            .map(run -> Cell.printable(run.run().config().at("/model/scheme").asText()))
            .distinct()
            .toList();
    if (!without.isEmpty()) {
      out.println(
          "no rotation and no bias by lag, so nothing to compare: " + String.join(", ", without));
    }
    out.println();
    out.println("report: " + page.toAbsolutePath().normalize());
    out.flush();
  }
}
