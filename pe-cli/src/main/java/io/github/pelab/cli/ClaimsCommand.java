package io.github.pelab.cli;

import io.github.pelab.claims.Claim;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Plan;
import io.github.pelab.claims.Suites;
import io.github.pelab.cli.report.LedgerTable;
import io.github.pelab.cli.report.PlanTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pe claims}: the ledger. */
@Command(
    name = "claims",
    description = "Prints what is claimed, and whether it holds by the rows that are kept.")
final class ClaimsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ClaimOptions options;

  /** What else than the ledger. */
  private static final class Other {
    @Option(
        names = "--check",
        description =
            "Judge the rows anew, and fail if a verdict is not the one that was kept, or a file that"
                + " pe report --ledger wrote is not what they give.")
    private boolean check;

    @Option(
        names = "--plan",
        description = "The runs that each claim needs, what they share, and what they cost.")
    private boolean plan;
  }

  @ArgGroup private Other other;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (other != null && other.plan) {
      out.print(plan());
    } else {
      Ledger ledger = options.ledger();
      if (other != null && other.check) {
        check(ledger);
      }
      out.print(LedgerTable.text(ledger));
    }
    out.flush();
    return ExitCode.OK;
  }

  private void check(Ledger ledger) throws IOException {
    Suites suites = options.suites();
    for (Claim claim : options.claims()) {
      List<String> objections = options.evidence().objections(Plan.of(claim, suites));
      if (!objections.isEmpty()) {
        throw new IllegalStateException(claim.id() + ": " + String.join("; ", objections));
      }
    }
    List<String> differences = options.evidence().differences(ledger);
    if (!differences.isEmpty()) {
      throw new IllegalStateException(
          "the rows do not give the verdicts that were kept of %s; let pe claim judge them anew"
              .formatted(String.join(", ", differences)));
    }
    List<Path> files = options.files().differences(ledger);
    if (!files.isEmpty()) {
      throw new IllegalStateException(
          "%s: not what the rows give; write it anew by ./pe report --ledger"
              .formatted(files.stream().map(Path::toString).collect(Collectors.joining(", "))));
    }
  }

  private String plan() throws IOException {
    Map<String, Double> seconds = new HashMap<>();
    Map<String, Set<String>> done = new HashMap<>();
    Suites suites = options.suites();
    List<Plan> plans = new ArrayList<>();
    for (Claim claim : options.claims()) {
      Plan plan = Plan.of(claim, suites);
      Map<String, Double> kept = new HashMap<>();
      options.evidence().of(claim).forEach(row -> kept.put(row.configHash(), row.seconds()));
      plan.tuning().stream()
          .flatMap(grid -> options.evidence().ofTuning(grid.name()).stream())
          .forEach(row -> kept.put(row.configHash(), row.seconds()));
      plans.add(plan);
      done.put(claim.id(), kept.keySet());
      seconds.putAll(kept);
    }
    return new PlanTable(plans, seconds, done).text();
  }
}
