package io.github.pelab.cli;

import io.github.pelab.claims.Claim;
import io.github.pelab.claims.EvidenceRow;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Plan;
import io.github.pelab.claims.Suites;
import io.github.pelab.claims.Tuning;
import io.github.pelab.claims.TuningRow;
import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.cli.report.LedgerTable;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code pe claim}: runs what a claim needs and is missing, and judges it. */
@Command(
    name = "claim",
    description =
        "Runs what claims need and is not done yet, keeps their rows, and says whether they hold."
            + " What was interrupted goes on from where it was.")
final class ClaimCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimCommand.class);

  @Spec private CommandSpec spec;

  @ParentCommand private PeCommand pe;

  @Mixin private ProgressOption progressOption;

  @Mixin private ClaimOptions options;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Where runs are kept. Default: runs.")
  private Path runs;

  @Parameters(arity = "1..*", paramLabel = "ID", description = "Claims; pe claims lists them.")
  private List<String> ids;

  @Override
  public Integer call() throws IOException {
    CudaBackend.requireUsable();
    List<Plan> plans = new ArrayList<>();
    List<Claim> claims = options.claims();
    Suites suites = options.suites();
    for (String id : ids) {
      plans.add(Plan.of(named(id, claims), suites));
    }
    pe.interruption().resumable();
    Set<String> tuned = new HashSet<>();
    for (Plan plan : plans) {
      tune(plan, tuned);
      List<EvidenceRow> rows = new ArrayList<>();
      for (Plan.Step step : plan.steps()) {
        rows.add(
            EvidenceRow.of(
                plan.claim(), step, run(step).run(progressOption.progress(), pe.interruption())));
        LOG.info("{}: {} of {} runs", plan.claim().id(), rows.size(), plan.steps().size());
      }
      options.evidence().write(plan.claim(), rows);
    }
    Ledger ledger = options.ledger();
    options.evidence().write(ledger);
    PrintWriter out = spec.commandLine().getOut();
    ledger.entries().stream()
        .filter(entry -> ids.contains(entry.claim().id()))
        .forEach(entry -> out.print(LedgerTable.text(entry)));
    out.printf("%nresults: pe report --ledger writes them anew%n");
    out.flush();
    return ExitCode.OK;
  }

  /**
   * Trains the grids, and sees that the runs have the rates that these choose.
   *
   * @param tuned the names of grids that were trained for a claim before; those of this are added
   */
  private void tune(Plan plan, Set<String> tuned) throws IOException {
    for (Sweep grid : plan.tuning()) {
      if (!tuned.add(grid.name())) {
        continue;
      }
      List<TuningRow> rows = new ArrayList<>();
      for (Sweep.Member member : grid.members()) {
        rows.add(
            TuningRow.of(
                run(new Plan.Step(member, Set.of(), Set.of()))
                    .run(progressOption.progress(), pe.interruption())));
        LOG.info("{}: {} of {} runs", grid.name(), rows.size(), grid.members().size());
      }
      options.evidence().writeTuning(grid.name(), rows);
    }
    List<String> objections = Tuning.objections(plan, options.evidence());
    if (!objections.isEmpty()) {
      throw new IllegalArgumentException(plan.claim().id() + ": " + String.join("; ", objections));
    }
  }

  private static Claim named(String id, List<Claim> claims) {
    return claims.stream()
        .filter(claim -> claim.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no claim is named %s; there are %s"
                        .formatted(
                            id, claims.stream().map(Claim::id).collect(Collectors.joining(", ")))));
  }

  private ClaimRun run(Plan.Step step) {
    Sweep.Member member = step.member();
    return new ClaimRun(
        step,
        Experiment.of(member.config(), member.label()),
        RunDirectory.create(runs, member.config().name(), member.directory()));
  }
}
