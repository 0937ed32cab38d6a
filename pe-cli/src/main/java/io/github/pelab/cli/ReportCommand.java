package io.github.pelab.cli;

import io.github.pelab.claims.Ledger;
import io.github.pelab.cli.report.LedgerFiles;
import io.github.pelab.cli.report.LedgerTable;
import io.github.pelab.cli.report.ReportPage;
import io.github.pelab.cli.report.ReportRun;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code pe report}: writes the page, prints the final table and where the page is. */
@Command(
    name = "report",
    description =
        "Writes one HTML page on runs, and prints their final table; or writes what the rows of all"
            + " claims say, as a page, as a summary with figures, and into the project's README.")
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  /**
   * As words: where a path may be left out, picocli only says of a wrong one that it is unmatched.
   */
  @Parameters(
      arity = "0..*",
      paramLabel = "RUN",
      description = "Directory of a run, or of several.")
  private List<String> directories = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "The page. Default: report.html, in RUN if there is one RUN, else in the working"
              + " directory.")
  private Path output;

  /** Claims in the place of runs. */
  private static final class OfLedger extends ClaimOptions {
    @Option(
        names = "--ledger",
        required = true,
        description =
            "Report on claims, not on runs: ledger.html, README.md and figures where rows are kept,"
                + " and the table in the README.md beside, if that has a place for it.")
    private boolean ledger;
  }

  @ArgGroup(exclusive = false)
  private OfLedger ofLedger;

  @Override
  public Integer call() throws IOException {
    if (ofLedger != null && ofLedger.ledger) {
      require(
          directories.isEmpty() && output == null,
          "--ledger reports on claims; give it no RUN and no --output");
      reportOn(ofLedger);
    } else {
      require(!directories.isEmpty(), "a RUN is missing; name one, or give --ledger");
      reportOn(directories.stream().map(this::path).toList());
    }
    return ExitCode.OK;
  }

  private Path path(String word) {
    try {
      return PeCommand.path(word);
    } catch (TypeConversionException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void require(boolean holds, String remedy) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), remedy);
    }
  }

  private void reportOn(ClaimOptions options) throws IOException {
    Ledger ledger = options.ledger();
    LedgerFiles files = options.files();
    files.write(ledger);
    PrintWriter out = spec.commandLine().getOut();
    out.print(LedgerTable.text(ledger));
    out.println();
    out.println("summary: " + files.summary().toAbsolutePath().normalize());
    out.println("report: " + files.page().toAbsolutePath().normalize());
    out.flush();
  }

  private void reportOn(List<Path> runs) throws IOException {
    Path page = output == null ? defaultOutput(runs) : output;
    List<RunDirectory> found = ReportRuns.find(runs);
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
  }

  private static Path defaultOutput(List<Path> runs) {
    Path page = Path.of("report.html");
    return runs.size() == 1 ? runs.get(0).resolve(page) : page;
  }
}
