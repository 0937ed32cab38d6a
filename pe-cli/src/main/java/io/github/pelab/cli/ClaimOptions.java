package io.github.pelab.cli;

import io.github.pelab.claims.Claim;
import io.github.pelab.claims.ClaimFiles;
import io.github.pelab.claims.Evidence;
import io.github.pelab.claims.EvidenceRow;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Suites;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where claims are, and what is kept of their runs. */
final class ClaimOptions {
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
  Suites suites() {
    return new Suites(claims);
  }

  List<Claim> claims() throws IOException {
    return ClaimFiles.read(claims);
  }

  Evidence evidence() {
    return new Evidence(results);
  }

  /** Of all claims, with the rows that are kept. */
  Ledger ledger() throws IOException {
    Evidence evidence = evidence();
    Map<Claim, List<EvidenceRow>> rows = new LinkedHashMap<>();
    for (Claim claim : claims()) {
      rows.put(claim, evidence.of(claim));
    }
    return Ledger.of(rows);
  }
}
