package io.github.pelab.claims;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The ledger of the project: every kept verdict is what its kept rows give. */
class ShippedClaimsTest {
  private static final Path CLAIMS = Path.of("..", "configs", "claims");
  private static final Suites SUITES = new Suites(CLAIMS);
  private static final Path RESULTS = Path.of("..", "results");

  private final Evidence evidence = new Evidence(RESULTS);

  /** A claim is stated before it is run, so that some may have no rows. */
  private Map<Claim, List<EvidenceRow>> claimsThatWereRun() throws IOException {
    Map<Claim, List<EvidenceRow>> rows = new LinkedHashMap<>();
    for (Claim claim : ClaimFiles.read(CLAIMS)) {
      Plan.of(claim, SUITES);
      if (!evidence.of(claim).isEmpty()) {
        rows.put(claim, evidence.of(claim));
      }
    }
    assertThat(rows).isNotEmpty();
    return rows;
  }

  @Test
  void verdictsAreThoseOfTheRows() throws IOException {
    assertThat(evidence.differences(Ledger.of(claimsThatWereRun()))).isEmpty();
  }

  @Test
  void ratesAreThoseThatTheirGridsChoose() throws IOException {
    for (Claim claim : claimsThatWereRun().keySet()) {
      assertThat(Tuning.objections(Plan.of(claim, SUITES), evidence)).as(claim.id()).isEmpty();
    }
  }

  @Test
  void rowsAreOfTheRunsThatClaimsNeedAndOfNoOthers() throws IOException {
    for (Claim claim : claimsThatWereRun().keySet()) {
      Set<String> needed =
          Plan.of(claim, SUITES).steps().stream()
              .map(step -> step.member().hash())
              .collect(Collectors.toSet());
      assertThat(evidence.of(claim))
          .as(claim.id())
          .extracting(EvidenceRow::configHash)
          .containsExactlyInAnyOrderElementsOf(needed);
    }
  }
}
