package io.github.pelab.cli.report;

import io.github.pelab.claims.Finding;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Verdict;
import java.util.List;
import java.util.Set;

/** The ledger of claims as plain text. */
public final class LedgerTable {
  private static final TextTable LEDGER =
      new TextTable(
          List.of("group", "claim", "protocol", "runs", "statements confirmed", "verdict"),
          Set.of("group", "runs", "statements confirmed"));

  private static final TextTable STATEMENTS =
      new TextTable(
          List.of(
              "statement", "runs", "effect [95 % interval]", "expected", "q", "verdict", "why not"),
          Set.of("runs", "q"));

  private LedgerTable() {}

  /** A line for each claim. */
  public static String text(Ledger ledger) {
    return LEDGER.text(
        ledger.entries().stream()
            .map(
                entry ->
                    List.of(
                        String.valueOf(entry.claim().group()),
                        entry.claim().id(),
                        ClaimText.words(entry.claim().protocol()),
                        String.valueOf(entry.runs()),
                        "%d of %d"
                            .formatted(
                                entry.findings().stream()
                                    .filter(each -> each.verdict() == Verdict.CONFIRMED)
                                    .count(),
                                entry.findings().size()),
                        ClaimText.verdict(entry)))
            .toList());
  }

  /** A claim with a line for each of its statements. */
  public static String text(Ledger.Entry entry) {
    return "%n%s: %s%n%s (%s)%n%s: %s%n%n"
            .formatted(
                entry.claim().id(),
                Cell.printable(entry.claim().sentence()),
                Cell.printable(entry.claim().source()),
                ClaimText.words(entry.claim().protocol()),
                entry.verdict(),
                Cell.printable(entry.claim().scope()))
        + STATEMENTS.text(entry.findings().stream().map(LedgerTable::row).toList());
  }

  private static List<String> row(Finding finding) {
    return List.of(
        Cell.printable(finding.statement().name()),
        ClaimText.n(finding),
        ClaimText.effect(finding),
        ClaimText.expected(finding.statement()),
        ClaimText.probability(finding.q()),
        finding.verdict().name(),
        finding.reason());
  }
}
