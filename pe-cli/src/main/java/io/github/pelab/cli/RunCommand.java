package io.github.pelab.cli;

import io.github.pelab.ablation.RunAblation;
import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Trainer;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pe run}: trains every member of a config, ablates its heads, reports. */
@Command(
    name = "run",
    description =
        "Trains every member of a config, ablates every head, and reports. A member that is already"
            + " finished is not done again.")
final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Spec private CommandSpec spec;

  @Mixin private ProgressOption progressOption;

  @Parameters(
      paramLabel = "CONFIG",
      description = "A YAML file, for instance configs/quickstart.yaml.")
  private Path file;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Where runs are kept. Default: runs.")
  private Path runs;

  @Option(names = "--again", description = "Also do again what is finished.")
  private boolean again;

  /** A member with all that it needs, checked before the first one starts. */
  private record Prepared(Sweep.Member member, Experiment experiment, RunDirectory directory) {}

  @Override
  public Integer call() throws IOException {
    Sweep sweep = Experiment.configs().read(file);
    List<Prepared> members = new ArrayList<>();
    for (Sweep.Member member : sweep.members()) {
      members.add(
          new Prepared(
              member,
              Experiment.of(member.config(), file.toString()),
              RunDirectory.create(runs, sweep.name(), member.directory())));
    }
    CudaBackend.requireUsable();
    Progress progress = progressOption.progress();
    List<Prepared> failed = new ArrayList<>();
    for (Prepared each : members) {
      try (RunDirectory.Lock lock = each.directory().lock()) {
        run(each, progress);
      } catch (IllegalStateException e) {
        // Members are independent: what one of them meets is no reason to lose the others.
        if (members.size() == 1) {
          throw e;
        }
        spec.commandLine().getErr().println("pe: " + each.member().label() + ": " + e.getMessage());
        failed.add(each);
      }
    }
    if (failed.size() == members.size()) {
      throw new IllegalStateException("no member could be run; the reasons are above");
    }
    ReportOutput.write(
        members.stream()
            .filter(each -> !failed.contains(each))
            .map(each -> ReportRuns.read(each.directory()))
            .toList(),
        runs.resolve(sweep.name()).resolve("report.html"),
        spec.commandLine().getOut());
    if (!failed.isEmpty()) {
      throw new IllegalStateException(
          "%d of %d members failed; the reasons are above"
              .formatted(failed.size(), members.size()));
    }
    return ExitCode.OK;
  }

  private void run(Prepared prepared, Progress progress) {
    RunDirectory directory = prepared.directory();
    String label = prepared.member().label();
    Mode mode = prepared.experiment().config().ablation().mode();
    if (!again && directory.finished()) {
      LOG.info("{} is trained already, in {}", label, directory.path());
    } else {
      // Findings on a checkpoint that is about to go would be findings on nothing.
      directory.replace(RunDirectory.ABLATION, List.of());
      new Trainer(Clock.systemUTC(), progress)
          .train(prepared.member(), prepared.experiment(), directory);
    }
    if (!RunAblation.done(directory, mode)) {
      RunAblation.ablate(directory, prepared.experiment(), mode, progress);
    }
  }
}
