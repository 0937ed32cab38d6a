package io.github.pelab.cli;

import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.cli.report.FinalTable;
import io.github.pelab.cli.report.ReportData;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Saving;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code pe train}: trains and does not ablate; or goes on with one run. */
@Command(
    name = "train",
    description =
        "Trains every member of a config, as pe run does, but ablates nothing when it is trained; or, with --resume, goes"
            + " on with a run that was interrupted.")
final class TrainCommand extends SweepCommand {

  private static final List<String> OF_SWEEPS =
      List.of("--runs", "--again", "--only", "--jobs", "--dry-run");

  /** What is trained. */
  private static final class Target {
    @Parameters(
        paramLabel = "CONFIG",
        description = "A YAML file, for instance configs/quickstart.yaml.")
    private Path file;

    @Option(
        names = "--resume",
        paramLabel = "RUN",
        description = "A run's directory: train it to its end, from its newest checkpoint.")
    private Path run;
  }

  @ArgGroup(multiplicity = "1")
  private Target target;

  TrainCommand() {
    super(/* ablates= */ false);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return target.run == null ? sweep(target.file) : resume(target.run);
  }

  private int resume(Path run) {
    for (String option : OF_SWEEPS) {
      if (spec().commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec().commandLine(), option + " is of a config's members; leave it out with --resume");
      }
    }
    Saving saving = saving();
    CudaBackend.requireUsable();
    RunDirectory directory = RunDirectory.open(run);
    RunRecord record = directory.read();
    Experiment experiment = Experiment.of(directory);
    train(
        member(
            new Sweep.Member(
                record.label(),
                record.axes(),
                experiment.config(),
                record.config(),
                record.configHash()),
            experiment,
            directory),
        saving);
    PrintWriter out = out();
    out.print(FinalTable.text(ReportData.of(List.of(ReportRuns.read(directory)))));
    out.flush();
    return ExitCode.OK;
  }
}
