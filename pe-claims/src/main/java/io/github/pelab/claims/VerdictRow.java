package io.github.pelab.claims;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;

/**
 * One line of {@code results/verdicts.jsonl}: a claim as it was judged, to be compared with a
 * judgement of the same rows at any time.
 *
 * @param hypothesis the claim's, when it was judged
 * @param runs how many rows there were
 */
public record VerdictRow(
    String claim, String hypothesis, int runs, Verdict verdict, List<Statement> statements) {

  public VerdictRow {
    statements = List.copyOf(statements);
  }

  /** A statement's finding, in numbers. */
  public record Statement(
      String name,
      Verdict verdict,
      @JsonSetter(nulls = Nulls.SET) Effect effect,
      @JsonSetter(nulls = Nulls.SET) Double q) {}

  static VerdictRow of(Ledger.Entry entry) {
    return new VerdictRow(
        entry.claim().id(),
        entry.claim().hypothesis(),
        entry.runs(),
        entry.verdict(),
        entry.findings().stream()
            .map(
                finding ->
                    new Statement(
                        finding.statement().name(),
                        finding.verdict(),
                        finding.effect(),
                        finding.q()))
            .toList());
  }
}
