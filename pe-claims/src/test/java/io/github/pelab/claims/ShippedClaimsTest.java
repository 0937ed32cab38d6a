package io.github.pelab.claims;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The ledger of the project: every kept verdict is what its kept rows give. */
class ShippedClaimsTest {
  private static final Path CLAIMS = Path.of("..", "configs", "claims");
  private static final Suites SUITES = new Suites(CLAIMS);
  private static final Path RESULTS = Path.of("..", "results");

  private final Evidence evidence = new Evidence(RESULTS);

  @Test
  void whatClaimsNeedIsInTheirSuites() throws IOException {
    for (Claim claim : ClaimFiles.read(CLAIMS)) {
      assertThat(Plan.of(claim, SUITES).steps()).as(claim.id()).isNotEmpty();
    }
  }

  /** A claim is stated before it is run, so that some may have no rows. */
  private Map<Claim, List<EvidenceRow>> claimsThatWereRun() throws IOException {
    Map<Claim, List<EvidenceRow>> rows = new LinkedHashMap<>();
    for (Claim claim : ClaimFiles.read(CLAIMS)) {
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
  void rowsAreOfTheRunsThatClaimsNeedAtTheRatesThatGridsChoose() throws IOException {
    for (Claim claim : claimsThatWereRun().keySet()) {
      assertThat(evidence.objections(Plan.of(claim, SUITES))).as(claim.id()).isEmpty();
    }
  }
}
