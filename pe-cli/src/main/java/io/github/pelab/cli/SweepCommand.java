package io.github.pelab.cli;

import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.cli.report.Cell;
import io.github.pelab.cli.report.FinalTable;
import io.github.pelab.cli.report.ReportData;
import io.github.pelab.cli.report.ReportRun;
import io.github.pelab.cli.report.TextTable;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Saving;
import io.github.pelab.train.TrainingStoppedException;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * What {@code pe run} and {@code pe train} have in common: a config's members, done in turn or side
 * by side.
 */
abstract class SweepCommand implements Callable<Integer> {
  private static final TextTable PLAN =
      new TextTable(List.of("run", "parameters", "config", "state"), Set.of("parameters"));
  private static final int DIGITS = 8;

  /** Time and level, as log4j2.xml has them. */
  private static final String LOG_PREFIX = "^[0-9:]+ [A-Z]+ +";

  @Spec private CommandSpec spec;

  @ParentCommand private PeCommand pe;

  @Mixin private ProgressOption progressOption;

  @Mixin private SavingOptions savingOptions;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Where runs are kept. Default: runs.")
  private Path runs;

  @Option(
      names = "--again",
      description = "Begin anew, also with what is finished or was interrupted.")
  private boolean again;

  @Option(
      names = "--only",
      paramLabel = "LABEL",
      description =
          "Run this member alone, and write no report: to spread a sweep over machines. --dry-run"
              + " lists the labels.")
  private String only;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Run up to N members side by side, each with a share of the memory and the cores. Default: 1.")
  private int jobs;

  @Option(
      names = "--dry-run",
      description = "Train nothing: list the members, their sizes, and which are finished.")
  private boolean dryRun;

  private final boolean ablates;

  SweepCommand(boolean ablates) {
    this.ablates = ablates;
  }

  final CommandSpec spec() {
    return spec;
  }

  /** Does what {@code file} asks for, and reports. */
  final int sweep(Path file) throws IOException, InterruptedException {
    if (jobs < 1) {
      throw new ParameterException(
          spec.commandLine(), "--jobs: found " + jobs + "; choose 1 or more");
    }
    Saving saving = saving();
    CudaBackend.requireUsable();
    Sweep all = Experiment.configs().read(file);
    Sweep sweep = only == null ? all : all.only(only);
    List<MemberRun> members = new ArrayList<>();
    for (Sweep.Member member : sweep.members()) {
      members.add(
          member(
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
    Set<String> failed =
        jobs == 1 || members.size() == 1 ? oneByOne(members, saving) : sideBySide(members, file);
    List<ReportRun> finished = new ArrayList<>();
    for (MemberRun each : members) {
      if (!failed.contains(each.label())) {
        try {
          finished.add(ReportRuns.read(each.directory()));
        } catch (RunException e) {
          printFailure(each, e.getMessage());
          failed.add(each.label());
        }
      }
    }
    if (finished.isEmpty()) {
      throw new IllegalStateException("no member could be run; the reasons are above");
    }
    PrintWriter out = out();
    if (only == null) {
      ReportOutput.write(finished, runs.resolve(sweep.name()).resolve("report.html"), out);
    } else {
      out.print(FinalTable.text(ReportData.of(finished)));
      out.flush();
    }
    if (!failed.isEmpty()) {
      throw new IllegalStateException(
          "%d of %d members failed; the reasons are above"
              .formatted(failed.size(), members.size()));
    }
    return ExitCode.OK;
  }

  final MemberRun member(Sweep.Member member, Experiment experiment, RunDirectory directory) {
    return new MemberRun(member, experiment, directory, ablates);
  }

  /** Where the command prints its result. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /**
   * How training is saved.
   *
   * @throws ParameterException if it cannot be so
   */
  final Saving saving() {
    return savingOptions.saving();
  }

  /** Does a member, or what is left to do of it. */
  final void train(MemberRun member, Saving saving) {
    pe.interruption().resumable("the same command, without --again,");
    member.run(again, progressOption.progress(), saving, pe.interruption());
  }

  private void printPlan(List<MemberRun> members) {
    List<List<String>> rows = new ArrayList<>();
    for (MemberRun each : members) {
      rows.add(
          List.of(
              Cell.printable(each.label()),
              Cell.count(each.experiment().parameters()),
              each.member().hash().substring(0, DIGITS),
              each.state()));
    }
    long finished =
        rows.stream().filter(row -> row.get(row.size() - 1).equals(MemberRun.FINISHED)).count();
    PrintWriter out = out();
    out.print(PLAN.text(rows));
    out.printf("%nruns: %d, finished: %d%n", members.size(), finished);
    out.flush();
  }

  /** Members are independent: what one of them meets is no reason to lose the others. */
  private Set<String> oneByOne(List<MemberRun> members, Saving saving) {
    Set<String> failed = new HashSet<>();
    for (MemberRun each : members) {
      try {
        train(each, saving);
      } catch (TrainingStoppedException e) {
        throw e;
      } catch (RuntimeException | OutOfMemoryError e) {
        if (members.size() == 1) {
          throw e;
        }
        printFailure(each, Failure.of(e).line());
        failed.add(each.label());
      }
    }
    return failed;
  }

  private void printFailure(MemberRun member, String reason) {
    spec.commandLine().getErr().println("pe: " + member.label() + ": " + reason);
  }

  private Set<String> sideBySide(List<MemberRun> members, Path file) throws InterruptedException {
    int share = Math.min(jobs, members.size());
    ExecutorService threads = Executors.newFixedThreadPool(share);
    Set<String> failed = ConcurrentHashMap.newKeySet();
    pe.interruption().resumable("the same command, without --again,");
    try (SideBySide processes = new SideBySide(share);
        Progress.Task task =
            progressOption.progress().start(members.size() + " members", members.size())) {
      threads.invokeAll(
          members.stream()
              .map(
                  each ->
                      Executors.callable(
                          () -> {
                            Optional<String> failure = failure(each, file, processes, task);
                            failure.ifPresent(reason -> printFailure(each, reason));
                            failure.ifPresent(reason -> failed.add(each.label()));
                            synchronized (task) {
                              task.step(1);
                            }
                          }))
              .toList());
    } finally {
      threads.shutdown();
    }
    return failed;
  }

  /** Runs a member in a process of its own, and says why it failed, if it did. */
  private Optional<String> failure(
      MemberRun each, Path file, SideBySide processes, Progress.Task task) {
    try {
      return !again && each.done()
          ? Optional.empty()
          : processes.run(arguments(each, file), line -> show(each, line, task));
    } catch (RuntimeException | IOException | InterruptedException e) {
      return Optional.of(Failure.of(e).line());
    }
  }

  private List<String> arguments(MemberRun member, Path file) {
    boolean silent = progressOption.mode() == Progress.Mode.NONE;
    List<String> arguments = new ArrayList<>(List.of(spec.name(), file.toString()));
    arguments.addAll(savingOptions.arguments());
    arguments.addAll(List.of("--only", member.label(), "--runs", runs.toString()));
    arguments.addAll(List.of("--progress", silent ? "none" : "lines"));
    if (again) {
      arguments.add("--again");
    }
    if (pe.debug()) {
      arguments.add("--debug");
    }
    return arguments;
  }

  /** A member's line beside the bar, where there is one, or as a line of ours. */
  private void show(MemberRun member, String line, Progress.Task task) {
    if (progressOption.mode() == Progress.Mode.BAR) {
      synchronized (task) {
        task.note(member.label() + " " + line.replaceFirst(LOG_PREFIX, ""));
      }
    } else {
      spec.commandLine().getErr().println(member.label() + " | " + line);
    }
  }
}
