package io.github.pelab.cli;

import io.github.pelab.cli.report.FinalTable;
import io.github.pelab.cli.report.ReportData;
import io.github.pelab.cli.report.ReportPage;
import io.github.pelab.cli.report.ReportRun;
import java.io.IOException;
import java.io.PrintWriter;
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

  /** Reads the runs in a directory. */
  @FunctionalInterface
  interface Reader {

    /**
     * The run in {@code directory}, or the runs in its subdirectories if it is none itself.
     *
     * @throws IllegalArgumentException if there is none, or if a file of one is wrong
     */
    List<ReportRun> read(Path directory) throws IOException;
  }

  private final Reader reader;

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

  ReportCommand(Reader reader) {
    this.reader = reader;
  }

  @Override
  public Integer call() throws IOException {
    List<ReportRun> runs = new ArrayList<>();
    for (Path directory : directories) {
      runs.addAll(reader.read(directory));
    }
    ReportData data = ReportData.of(runs);
    Path page = output == null ? defaultOutput() : output;
    ReportPage.write(data, page);
    PrintWriter out = spec.commandLine().getOut();
    out.print(FinalTable.text(data));
    out.println();
    out.println("report: " + page.toAbsolutePath().normalize());
    out.flush();
    return ExitCode.OK;
  }

  private Path defaultOutput() {
    Path page = Path.of("report.html");
    return directories.size() == 1 ? directories.get(0).resolve(page) : page;
  }
}
