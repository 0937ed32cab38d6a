package io.github.pelab.cli;

import java.io.IOException;
import java.nio.file.Path;
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
    ReportOutput.write(ReportRuns.read(directories), page, spec.commandLine().getOut());
    return ExitCode.OK;
  }

  private Path defaultOutput() {
    Path page = Path.of("report.html");
    return directories.size() == 1 ? directories.get(0).resolve(page) : page;
  }
}
