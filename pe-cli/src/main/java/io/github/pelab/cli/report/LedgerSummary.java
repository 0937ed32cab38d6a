package io.github.pelab.cli.report;

import io.github.pelab.claims.Claim;
import io.github.pelab.claims.Finding;
import io.github.pelab.claims.Group;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The ledger as Markdown: one page that says all of it, and the table alone. */
final class LedgerSummary {
  private static final String WRITTEN =
      "<!-- Written by ./pe report --ledger from the claims and their rows; a change by hand is lost. -->";

  private LedgerSummary() {}

  /** Whether a file's text is such a summary. */
  static boolean isOne(String text) {
    return text.contains(WRITTEN);
  }

  /** {@code results/README.md}; its links are to files in their places. */
  static String text(Ledger ledger, LedgerFiles files) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # The ledger

        %s

        Written by `./pe report --ledger` from the [claims](%s) and the rows that are kept of their runs.
        %s.

        %s In the figures a dot is a seed, the line is the threshold, and the side that was expected is shaded.

        """
            .formatted(
                WRITTEN,
                files.fromResults(files.claims()),
                ClaimText.count(ledger),
                ClaimText.GUIDE));
    page.append(
        table(
            List.of("", "claim", "protocol", "runs", "verdict"),
            rows(
                ledger,
                (group, entry) ->
                    List.of(
                        group,
                        "[%s](#%s)"
                            .formatted(escaped(entry.claim().sentence()), entry.claim().id()),
                        ClaimText.words(entry.claim().protocol()),
                        Cell.count(entry.runs()),
                        verdict(entry)))));
    for (Group group : Group.values()) {
      List<Ledger.Entry> entries =
          ledger.entries().stream().filter(entry -> entry.claim().about() == group).toList();
      if (!entries.isEmpty()) {
        page.append("\n## %d. %s\n".formatted(group.number(), group.title()));
        entries.forEach(entry -> page.append(section(entry, files)));
      }
    }
    return page.append(metrics(ledger)).toString();
  }

  /**
   * What stands at the top of the project's page.
   *
   * @param summary the path of {@link #text} from there
   */
  static String headline(Ledger ledger, String summary) {
    return table(
        List.of("", "claim", "verdict at this size"),
        rows(
            ledger,
            (group, entry) ->
                List.of(
                    group,
                    "[%s](%s#%s)%s"
                        .formatted(
                            escaped(entry.claim().sentence()),
                            summary,
                            entry.claim().id(),
                            entry.claim().protocol() == Claim.Protocol.CLEAN
                                ? ""
                                : " (as released)"),
                    verdict(entry))));
  }

  /** A claim's row is made of its group's title, which is said once, and of itself. */
  private static List<List<String>> rows(
      Ledger ledger, BiFunction<String, Ledger.Entry, List<String>> row) {
    List<List<String>> rows = new ArrayList<>();
    Group last = null;
    for (Ledger.Entry entry : ledger.entries()) {
      Group group = entry.claim().about();
      rows.add(row.apply(group == last ? "" : group.title(), entry));
      last = group;
    }
    return rows;
  }

  private static String section(Ledger.Entry entry, LedgerFiles files) {
    Claim claim = entry.claim();
    return """

        ### %s

        > %s

        Source: %s; protocol: %s.

        **%s.** Scope: %s. Rule: %s.

        %s
        %s%s
        """
        .formatted(
            claim.id(),
            escaped(claim.sentence()),
            escaped(claim.source()),
            ClaimText.words(claim.protocol()),
            ClaimText.verdict(entry),
            escaped(claim.scope()),
            ClaimText.rule(claim),
            table(
                List.of("statement", "asked", "effect [95 % interval]", "n", "q", "verdict"),
                entry.findings().stream().map(LedgerSummary::row).toList()),
            entry.runs() == 0
                ? ""
                : "![What the runs say to %s](%s)\n\n"
                        .formatted(claim.id(), files.fromResults(files.figure(claim)))
                    + compared(entry),
            links(entry, files));
  }

  private static List<String> row(Finding finding) {
    return List.of(
        escaped(finding.statement().name()),
        escaped(ClaimText.asked(finding.statement())),
        escaped(ClaimText.effect(finding)),
        ClaimText.n(finding),
        escaped(ClaimText.probability(finding.q())),
        finding.reason().isEmpty()
            ? finding.verdict().name()
            : "%s: %s".formatted(finding.verdict(), escaped(finding.reason())));
  }

  private static String compared(Ledger.Entry entry) {
    String table =
        table(
            RunsCompared.headings(entry.claim()).stream().map(LedgerSummary::escaped).toList(),
            RunsCompared.of(entry).stream()
                .map(
                    runs -> runs.cells(entry.claim()).stream().map(LedgerSummary::escaped).toList())
                .toList());
    String equality = RunsCompared.equality(entry);
    return equality.isEmpty() ? table + "\n" : table + "\n" + equality + "\n\n";
  }

  private static String links(Ledger.Entry entry, LedgerFiles files) {
    Claim claim = entry.claim();
    List<String> links = new ArrayList<>();
    links.add("`%s`".formatted(ClaimText.command(entry)));
    links.add("[the claim](%s)".formatted(files.fromResults(files.claim(claim))));
    if (entry.runs() > 0) {
      links.add(
          "[its %s rows](%s)"
              .formatted(Cell.count(entry.runs()), files.fromResults(files.rows(claim))));
    }
    if (claim.fullScale() != null) {
      links.add("[at full scale](%s)".formatted(files.fromResults(files.fullScale(claim))));
    }
    return String.join(" · ", links);
  }

  private static String metrics(Ledger ledger) {
    return "\n## Metrics\n\n"
        + ClaimText.metrics(ledger).entrySet().stream()
            .map(metric -> "- `%s`: %s\n".formatted(metric.getKey(), escaped(metric.getValue())))
            .collect(Collectors.joining());
  }

  private static String verdict(Ledger.Entry entry) {
    return entry.verdict() == Verdict.UNDECIDED
        ? ClaimText.verdict(entry)
        : "**%s**".formatted(ClaimText.verdict(entry));
  }

  private static String table(List<String> headings, List<List<String>> rows) {
    StringBuilder table = new StringBuilder();
    table.append(line(headings)).append(line(Collections.nCopies(headings.size(), "---")));
    rows.forEach(row -> table.append(line(row)));
    return table.toString();
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  /** Text that is nothing but text, on one line. */
  private static String escaped(String text) {
    return Cell.printable(text.replaceAll("\\s+", " "))
        .replaceAll("[\\\\`*_\\[\\]<>|#~&]", "\\\\$0");
  }
}
