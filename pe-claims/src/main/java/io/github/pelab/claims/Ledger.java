package io.github.pelab.claims;

import io.github.pelab.ablation.BenjaminiHochberg;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All claims with their verdicts. Each statement's p is adjusted among all statements' of all
 * claims, so a verdict may change with another claim's evidence.
 */
public record Ledger(List<Entry> entries) {
  /** The expected part of wrong calls among those that are made. */
  private static final double DISCOVERY_RATE = 0.05;

  public Ledger {
    entries = List.copyOf(entries);
  }

  /**
   * A claim and what its runs say.
   *
   * @param rows what is kept of its runs; none if it was not run
   */
  public record Entry(
      Claim claim, List<EvidenceRow> rows, List<Finding> findings, Verdict verdict) {
    public Entry {
      rows = List.copyOf(rows);
      findings = List.copyOf(findings);
    }

    /** How many rows there are. */
    public int runs() {
      return rows.size();
    }
  }

  /**
   * Judges.
   *
   * @param evidence of each claim; one that was not run has none
   */
  public static Ledger of(Map<Claim, List<EvidenceRow>> evidence) {
    List<Weighing> all = new ArrayList<>();
    evidence.forEach(
        (claim, rows) ->
            claim.statements().forEach(statement -> all.add(Weighing.of(statement, rows))));
    double[] adjusted =
        BenjaminiHochberg.adjust(
            all.stream().flatMap(each -> each.effect().stream()).mapToDouble(Effect::p).toArray());
    List<Entry> entries = new ArrayList<>();
    int at = 0;
    int called = 0;
    for (Map.Entry<Claim, List<EvidenceRow>> each : evidence.entrySet()) {
      List<Finding> findings = new ArrayList<>();
      for (int i = 0; i < each.getKey().statements().size(); i++) {
        Weighing weighing = all.get(at++);
        findings.add(
            weighing.effect().isPresent()
                ? called(weighing, adjusted[called++])
                : new Finding(
                    weighing.statement(),
                    weighing.each(),
                    null,
                    null,
                    Verdict.UNDECIDED,
                    weighing.reason()));
      }
      entries.add(
          new Entry(
              each.getKey(),
              each.getValue(),
              findings,
              each.getKey().rule().of(findings.stream().map(Finding::verdict).toList())));
    }
    return new Ledger(entries);
  }

  private static Finding called(Weighing weighing, double q) {
    Statement statement = weighing.statement();
    Effect effect = weighing.effect().orElseThrow();
    if (q > DISCOVERY_RATE) {
      return new Finding(
          statement, weighing.each(), effect, q, Verdict.UNDECIDED, "q is above " + DISCOVERY_RATE);
    }
    boolean above = effect.estimate() > statement.threshold();
    boolean expected = above == (statement.expect() == Statement.Side.ABOVE);
    return new Finding(
        statement, weighing.each(), effect, q, expected ? Verdict.CONFIRMED : Verdict.REFUTED, "");
  }
}
