package io.github.pelab.cli;

import io.github.pelab.claims.Claim;
import io.github.pelab.claims.EvidenceRow;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Plan;
import io.github.pelab.claims.Suites;
import io.github.pelab.claims.Tuning;
import io.github.pelab.claims.TuningRow;
import io.github.pelab.claims.metric.RunRows;
import io.github.pelab.cli.doctor.CudaBackend;
import io.github.pelab.cli.report.LedgerTable;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
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
        "Makes the runs of which claims have no row yet, keeps their rows, and says whether they"
            + " hold. What was interrupted goes on from where it was.")
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

  @Option(
      names = "--again",
      description =
          "Measure all runs again, and say which rows come out otherwise than they were kept. Runs"
              + " that are finished below --runs are not trained again.")
  private boolean again;

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
    requireOthersToBeInOrder(claims);
    pe.interruption().resumable("the same command");
    PrintWriter out = spec.commandLine().getOut();
    Set<String> tuned = new HashSet<>();
    for (Plan plan : plans) {
      tune(plan, tuned);
      Map<String, EvidenceRow> kept =
          kept(() -> options.evidence().of(plan.claim()), EvidenceRow::configHash);
      List<EvidenceRow> rows = rows(plan, again ? Map.of() : kept);
      if (again) {
        out.println(compared(plan.claim(), rows, kept));
      }
      options.evidence().write(plan.claim(), rows);
    }
    Ledger ledger = options.ledger();
    options.evidence().write(ledger);
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
      Map<String, TuningRow> kept =
          again
              ? Map.of()
              : kept(() -> options.evidence().ofTuning(grid.name()), TuningRow::configHash);
      List<TuningRow> rows = new ArrayList<>();
      for (Sweep.Member member : grid.members()) {
        TuningRow row = kept.get(member.hash());
        if (row == null) {
          row = TuningRow.of(run(new Plan.Step(member, Set.of(), Set.of())));
          LOG.info("{}: {} of {} runs", grid.name(), rows.size() + 1, grid.members().size());
        }
        rows.add(row);
      }
      options.evidence().writeTuning(grid.name(), rows);
    }
    List<String> objections = Tuning.objections(plan, options.evidence());
    if (!objections.isEmpty()) {
      throw new IllegalArgumentException(plan.claim().id() + ": " + String.join("; ", objections));
    }
  }

  /** So that what is wrong with rows of claims that are not run is said before hours of work. */
  private void requireOthersToBeInOrder(List<Claim> claims) throws IOException {
    for (Claim claim : claims) {
      if (!ids.contains(claim.id())) {
        var unused = options.evidence().of(claim);
      }
    }
  }

  /** A row of each run: the one that is kept, or one made now. */
  private List<EvidenceRow> rows(Plan plan, Map<String, EvidenceRow> kept) {
    List<EvidenceRow> rows = new ArrayList<>();
    for (Plan.Step step : plan.steps()) {
      EvidenceRow row = kept.get(step.member().hash());
      if (row == null || !row.answers(step)) {
        row = EvidenceRow.of(plan.claim(), step, run(step));
        LOG.info("{}: {} of {} runs", plan.claim().id(), rows.size() + 1, plan.steps().size());
      }
      rows.add(row);
    }
    return rows;
  }

  /**
   * By the hash of their configs. A file of rows that cannot be read is in nobody's way who makes
   * them all again.
   */
  private <R> Map<String, R> kept(Supplier<List<R>> rows, Function<R, String> hash) {
    try {
      return rows.get().stream().collect(Collectors.toMap(hash, Function.identity()));
    } catch (RunException e) {
      if (!again) {
        throw e;
      }
      LOG.warn("{}", e.getMessage());
      return Map.of();
    }
  }

  /** How many rows are as they were kept, to the last digit, and which are not. */
  private static String compared(
      Claim claim, List<EvidenceRow> rows, Map<String, EvidenceRow> kept) {
    List<String> others =
        rows.stream()
            .filter(row -> kept.containsKey(row.configHash()))
            .filter(row -> !kept.get(row.configHash()).values().equals(row.values()))
            .map(EvidenceRow::label)
            .toList();
    long before = rows.stream().filter(row -> kept.containsKey(row.configHash())).count();
    return "%s: %d rows made again, %d of them were kept before, %d are as they were%s"
        .formatted(
            claim.id(),
            rows.size(),
            before,
            before - others.size(),
            others.isEmpty() ? "" : "; otherwise: " + String.join(", ", others));
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

  /** Trains a run and measures what is asked of it, or what of this is left to do. */
  private RunRows run(Plan.Step step) {
    Sweep.Member member = step.member();
    return new ClaimRun(
            step,
            Experiment.of(member.config(), member.label()),
            RunDirectory.create(runs, member.config().name(), member.directory()))
        .run(again, progressOption.progress(), pe.interruption());
  }
}
