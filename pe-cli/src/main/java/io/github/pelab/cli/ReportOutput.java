package io.github.pelab.cli;

import io.github.pelab.cli.report.FinalTable;
import io.github.pelab.cli.report.ReportData;
import io.github.pelab.cli.report.ReportPage;
import io.github.pelab.cli.report.ReportRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** How every command ends that has results: the page is written, the final table printed. */
final class ReportOutput {
  private ReportOutput() {}

  static void write(List<ReportRun> runs, Path page, PrintWriter out) throws IOException {
    ReportData data = ReportData.of(runs);
    ReportPage.write(data, page);
    out.print(FinalTable.text(data));
    out.println();
    out.println("report: " + page.toAbsolutePath().normalize());
    out.flush();
  }
}
