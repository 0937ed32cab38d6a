package io.github.pelab.cli;

import io.github.pelab.cli.report.ReportPage;
import io.github.pelab.cli.report.ReportRun;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pe report}: writes the page, prints the final table and where the page is. */
@Command(
    name = "report",
    description = "Writes one HTML page on runs, and prints their final table.")
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description = "Directory of a run, or of several.")
  private List<Path> directories;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "The page. Default: report.html, in RUN if there is one RUN, else in the working"
              + " directory.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Path page = output == null ? defaultOutput() : output;
    List<RunDirectory> found = ReportRuns.find(directories);
    ReportPage.requirePlace(page);
    List<ReportRun> whole = new ArrayList<>();
    for (RunDirectory each : found) {
      try {
        whole.add(ReportRuns.read(each));
      } catch (RunException e) {
        if (found.size() == 1) {
          throw e;
        }
        spec.commandLine().getErr().println("pe: " + e.getMessage());
      }
    }
    if (!whole.isEmpty()) {
      ReportOutput.write(whole, page, spec.commandLine().getOut());
    }
    if (whole.size() < found.size()) {
      throw new IllegalStateException(
          "%d of %d runs cannot be read and are left out; the reasons are above"
              .formatted(found.size() - whole.size(), found.size()));
    }
    return ExitCode.OK;
  }

  private Path defaultOutput() {
    Path page = Path.of("report.html");
    return directories.size() == 1 ? directories.get(0).resolve(page) : page;
  }
}
