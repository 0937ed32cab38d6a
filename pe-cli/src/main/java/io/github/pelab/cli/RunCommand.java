package io.github.pelab.cli;

import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.cli.report.Cell;
import io.github.pelab.cli.report.TextTable;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
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
  private static final TextTable PLAN =
      new TextTable(List.of("run", "parameters", "config", "state"), Set.of("parameters"));
  private static final int DIGITS = 8;

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

  @Option(
      names = "--dry-run",
      description = "Train nothing: list the members, their sizes, and which are finished.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException {
    Sweep sweep = Experiment.configs().read(file);
    List<MemberRun> members = new ArrayList<>();
    for (Sweep.Member member : sweep.members()) {
      members.add(
          new MemberRun(
              member,
              Experiment.of(member.config(), file.toString()),
              dryRun
                  ? RunDirectory.at(runs, sweep.name(), member.directory())
                  : RunDirectory.create(runs, sweep.name(), member.directory())));
    }
    if (dryRun) {
      printPlan(members);
      return ExitCode.OK;
    }
    CudaBackend.requireUsable();
    Set<MemberRun> failed = oneByOne(members);
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

  private void printPlan(List<MemberRun> members) {
    List<List<String>> rows = new ArrayList<>();
    for (MemberRun each : members) {
      rows.add(
          List.of(
              Cell.printable(each.label()),
              Cell.count(each.experiment().network().numParams()),
              each.member().hash().substring(0, DIGITS),
              each.done() ? "finished" : "to do"));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(PLAN.text(rows));
    out.printf(
        "%n%d runs, %d of them finished%n",
        members.size(), members.stream().filter(MemberRun::done).count());
    out.flush();
  }

  /** Members are independent: what one of them meets is no reason to lose the others. */
  private Set<MemberRun> oneByOne(List<MemberRun> members) {
    Progress progress = progressOption.progress();
    Set<MemberRun> failed = new HashSet<>();
    for (MemberRun each : members) {
      try {
        each.run(again, progress);
      } catch (IllegalStateException e) {
        if (members.size() == 1) {
          throw e;
        }
        spec.commandLine().getErr().println("pe: " + each.label() + ": " + e.getMessage());
        failed.add(each);
      }
    }
    return failed;
  }
}
