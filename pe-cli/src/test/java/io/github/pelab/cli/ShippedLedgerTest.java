package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the project says of its ledger is what its kept rows give. */
class ShippedLedgerTest {
  private static final Path ROOT = Path.of("..");

  @Test
  void summaryFiguresAndTheReadmesTableAreThoseOfTheRows() {
    Pe check =
        Pe.run(
            "claims",
            "--check",
            "--claims",
            ROOT.resolve("configs").resolve("claims"),
            "--results",
            ROOT.resolve("results"));
    assertThat(check.exitCode()).as(check.err()).isEqualTo(ExitCode.OK);
  }
}
