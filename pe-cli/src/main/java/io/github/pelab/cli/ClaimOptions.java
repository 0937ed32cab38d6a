package io.github.pelab.cli;

import io.github.pelab.claims.Claim;
import io.github.pelab.claims.ClaimFiles;
import io.github.pelab.claims.Evidence;
import io.github.pelab.claims.EvidenceRow;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Suites;
import io.github.pelab.cli.report.LedgerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where claims are, and what is kept of their runs. */
class ClaimOptions {
  @Option(
      names = "--claims",
      paramLabel = "DIR",
      defaultValue = "configs/claims",
      description = "Where claims are. Default: ${DEFAULT-VALUE}.")
  private Path claims;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      defaultValue = "results",
      description = "Where rows and verdicts are kept. Default: ${DEFAULT-VALUE}.")
  private Path results;

  /** The configs that claims name. */
  final Suites suites() {
    return new Suites(claims);
  }

  final List<Claim> claims() throws IOException {
    return ClaimFiles.read(claims);
  }

  final Evidence evidence() {
    return new Evidence(results);
  }

  /** What is written of the ledger. */
  final LedgerFiles files() {
    return new LedgerFiles(claims, results);
  }

  /**
   * Of all claims, with the rows that are kept.
   *
   * @throws IllegalArgumentException if rows of other claims are kept there, which a ledger without
   *     them would take the place of
   */
  final Ledger ledger() throws IOException {
    Evidence evidence = evidence();
    List<Path> others = evidence.ofOthers(claims());
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: of no claim in %s; choose other --results for these claims, or remove it"
              .formatted(others.get(0), claims));
    }
    Map<Claim, List<EvidenceRow>> rows = new LinkedHashMap<>();
    for (Claim claim : claims()) {
      rows.put(claim, evidence.of(claim));
    }
    return Ledger.of(rows);
  }
}
