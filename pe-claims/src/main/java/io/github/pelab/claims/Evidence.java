package io.github.pelab.claims;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.train.config.ConfigReader;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is kept of runs and of what was made of them, in one directory.
 *
 * <pre>
 * results/claims/ID.jsonl       an {@link EvidenceRow} a line
 * results/tuning/SUITE.jsonl    a {@link TuningRow} a line
 * results/verdicts.jsonl        a {@link VerdictRow} a line
 * </pre>
 */
public final class Evidence {
  private final Path directory;

  public Evidence(Path directory) {
    this.directory = directory;
  }

  /**
   * What was kept for the claim; nothing if it was not run.
   *
   * @throws RunException if a line is not a row of this claim, as it is stated now
   */
  public List<EvidenceRow> of(Claim claim) {
    return rows(claim)
        .read(
            row -> {
              if (!row.claim().equals(claim.id()) || !row.hypothesis().equals(claim.hypothesis())) {
                return "of another claim, or of other statements than %s makes now"
                    .formatted(claim.id());
              }
              return fault(row.config(), row.configHash());
            });
  }

  /**
   * What was kept of a tuning's runs; nothing if it was not done.
   *
   * @param suite the name in its config
   * @throws RunException if a line is not such a row
   */
  public List<TuningRow> ofTuning(String suite) {
    return tuning(suite).read(row -> fault(row.config(), row.configHash()));
  }

  private static String fault(JsonNode config, String hash) {
    return ConfigReader.hash(config).equals(hash) ? "" : "its config has another hash than it says";
  }

  /** Puts rows in the place of those that were kept for the claim. */
  public void write(Claim claim, List<EvidenceRow> rows) throws IOException {
    rows(claim).write(rows);
  }

  /** Puts rows in the place of those that were kept of the tuning. */
  public void writeTuning(String suite, List<TuningRow> rows) throws IOException {
    tuning(suite).write(rows);
  }

  /** Puts the ledger's verdicts in the place of what was there. */
  public void write(Ledger ledger) throws IOException {
    verdicts().write(rows(ledger));
  }

  /**
   * The claims of which the ledger says otherwise than what was kept, or of which nothing was kept
   * though they were run, or that are no more; sorted.
   *
   * @throws RunException if a line is no verdict
   */
  public List<String> differences(Ledger ledger) {
    List<VerdictRow> kept = verdicts().read(row -> "");
    List<VerdictRow> now = rows(ledger);
    return Stream.concat(
            kept.stream().filter(row -> !now.contains(row)),
            now.stream().filter(row -> !kept.contains(row)))
        .map(VerdictRow::claim)
        .distinct()
        .sorted()
        .toList();
  }

  private static List<VerdictRow> rows(Ledger ledger) {
    return ledger.entries().stream().filter(entry -> entry.runs() > 0).map(VerdictRow::of).toList();
  }

  private RowFile<EvidenceRow> rows(Claim claim) {
    return new RowFile<>(
        directory.resolve("claims").resolve(claim.id() + ".jsonl"), EvidenceRow.class);
  }

  private RowFile<TuningRow> tuning(String suite) {
    return new RowFile<>(directory.resolve("tuning").resolve(suite + ".jsonl"), TuningRow.class);
  }

  private RowFile<VerdictRow> verdicts() {
    return new RowFile<>(directory.resolve("verdicts.jsonl"), VerdictRow.class);
  }
}
