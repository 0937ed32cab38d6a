package io.github.pelab.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.claims.Claim.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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

  @Test
  void whatSaysNothingOfARunIsKeptAsNull() throws IOException {
    Map<String, Double> values = new HashMap<>();
    values.put("accuracy", 0.5);
    values.put("top-share", null);
    Evidence evidence = new Evidence(directory);
    evidence.write(claim, List.of(Made.row(claim, "rope", 1, values)));
    assertThat(evidence.of(claim).get(0).values()).isEqualTo(values);
    values.put("top-drop", Double.NaN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Made.row(claim, "rope", 1, values))
        .withMessageContaining("found NaN of top-drop");
  }

  @Test
  void aRunHasOneRow() throws IOException {
    Evidence evidence = new Evidence(directory);
    EvidenceRow row = Made.row(claim, "rope", 1, Map.of("accuracy", 0.5));
    evidence.write(claim, List.of(row, row));
    assertThatThrownBy(() -> evidence.of(claim))
        .hasMessageContaining("beats.jsonl: line 2: of the same run as a line before");
  }

  @Test
  void rowsOfClaimsThatAreNoMoreAreFound() throws IOException {
    Evidence evidence = new Evidence(directory);
    assertThat(evidence.ofOthers(List.of(claim))).isEmpty();
    evidence.write(claim, Made.rows(claim, "rope", 1, "accuracy", seed -> 1));
    assertThat(evidence.ofOthers(List.of(claim))).isEmpty();
    assertThat(evidence.ofOthers(List.of(Made.claim("others", Rule.ALL, Made.beats(0.02)))))
        .containsExactly(directory.resolve("claims").resolve("beats.jsonl"));
  }

  /** Before there were figures, verdicts were kept in this form; they are to be found again. */
  @Test
  void aKeptVerdictHoldsNoNumbersOfSeeds() throws IOException {
    new Evidence(directory).write(ledger(0.5));
    assertThat(Files.readString(directory.resolve("verdicts.jsonl")))
        .containsPattern(
            "\"statements\":\\[\\{\"name\":\"beats\",\"verdict\":\"CONFIRMED\",\"effect\":\\{\"values\":6,"
                + "\"estimate\":[^,]+,\"interval\":\\{[^}]+},\"p\":[^,]+},\"q\":[^,]+}]}\n");
  }

  @Test
  void verdictsThatDifferByRoundingAreTheSame() throws IOException {
    Evidence evidence = new Evidence(directory);
    Ledger ledger = ledger(0.5);
    evidence.write(ledger);
    assertThat(evidence.differences(ledger)).isEmpty();
    assertThat(evidence.differences(ledger(Math.nextUp(0.5)))).isEmpty();
    assertThat(evidence.differences(ledger(0.5 + 1e-6))).containsExactly("beats");
    assertThat(evidence.differences(Ledger.of(Map.of()))).containsExactly("beats");
  }

  private Ledger ledger(double least) {
    List<EvidenceRow> rows = Made.rows(claim, "rope", 6, "accuracy", seed -> 0.9);
    rows.addAll(Made.rows(claim, "alibi", 6, "accuracy", seed -> least + 0.01 * seed));
    return Ledger.of(Map.of(claim, rows));
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
