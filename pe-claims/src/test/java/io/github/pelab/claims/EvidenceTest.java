package io.github.pelab.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.claims.Claim.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {
  private final Claim claim = Made.claim("beats", Rule.ALL, Made.beats(0.02));

  @TempDir Path directory;

  @Test
  void rowsAreReadAsTheyWereWritten() throws IOException {
    Evidence evidence = new Evidence(directory.resolve("results"));
    assertThat(evidence.of(claim)).isEmpty();
    List<EvidenceRow> rows = Made.rows(claim, "rope", 3, "accuracy", seed -> 0.1 * seed);
    evidence.write(claim, rows);
    assertThat(evidence.of(claim)).isEqualTo(rows);
  }

  /** Before there were figures, verdicts were kept in this form; they are to be found again. */
  @Test
  void aKeptVerdictHoldsNoNumbersOfSeeds() throws IOException {
    List<EvidenceRow> rows = Made.rows(claim, "rope", 6, "accuracy", seed -> 0.9);
    rows.addAll(Made.rows(claim, "alibi", 6, "accuracy", seed -> 0.5 + 0.01 * seed));
    new Evidence(directory).write(Ledger.of(Map.of(claim, rows)));
    assertThat(Files.readString(directory.resolve("verdicts.jsonl")))
        .containsPattern(
            "\"statements\":\\[\\{\"name\":\"beats\",\"verdict\":\"CONFIRMED\",\"effect\":\\{\"values\":6,"
                + "\"estimate\":[^,]+,\"interval\":\\{[^}]+},\"p\":[^,]+},\"q\":[^,]+}]}\n");
  }

  @Test
  void rowsOfAnotherHypothesisAreNone() throws IOException {
    Evidence evidence = new Evidence(directory);
    evidence.write(claim, Made.rows(claim, "rope", 3, "accuracy", seed -> 0.1 * seed));
    Claim bolder = Made.claim("beats", Rule.ALL, Made.beats(0.01));
    assertThatThrownBy(() -> evidence.of(bolder))
        .hasMessageContaining("beats.jsonl: line 1: of another claim, or of other statements");
  }

  @Test
  void aChangedConfigIsFound() throws IOException {
    Evidence evidence = new Evidence(directory);
    evidence.write(claim, Made.rows(claim, "rope", 3, "accuracy", seed -> 0.1 * seed));
    Path file = directory.resolve("claims").resolve("beats.jsonl");
    String good = Files.readString(file);
    Files.writeString(file, good.replace("\"seed\":2", "\"seed\":7"));
    assertThatThrownBy(() -> evidence.of(claim))
        .hasMessageContaining("beats.jsonl: line 2: its config has another hash than it says");
    Files.writeString(file, good.replace("\"values\"", "\"value\""));
    assertThatThrownBy(() -> evidence.of(claim)).hasMessageContaining("line 1: not a row");
  }
}
