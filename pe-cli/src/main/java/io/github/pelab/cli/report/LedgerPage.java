package io.github.pelab.cli.report;

import io.github.pelab.claims.Claim;
import io.github.pelab.claims.EvidenceRow;
import io.github.pelab.claims.Finding;
import io.github.pelab.claims.Group;
import io.github.pelab.claims.Ledger;
import io.github.pelab.cli.report.Html.Column;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The ledger as one HTML file that needs no network and no script, down to the rows. */
final class LedgerPage {
  private static final int DIGITS = 6;
  private static final int SHOWN_OF_HASH = 12;

  private LedgerPage() {}

  /** The page's text; it is the same for the same claims and rows. */
  static String html(Ledger ledger, LedgerFiles files) {
    return Template.fill(
        "ledger.html",
        Map.of(
            "style",
            Template.resource("report.css") + Template.resource("ledger.css"),
            "count",
            Html.escape(ClaimText.count(ledger)),
            "guide",
            Html.escape(ClaimText.GUIDE),
            "metrics",
            facts(escapedValues(ClaimText.metrics(ledger))),
            "summary",
            summary(ledger),
            "groups",
            groups(ledger, files)));
  }

  private static String summary(Ledger ledger) {
    return Html.table(
        "The ledger",
        List.of(
            new Column("claim", ""),
            new Column("group", ""),
            new Column("protocol", "keep"),
            new Column("runs", "number"),
            new Column("verdict", "keep")),
        ledger.entries().stream()
            .map(
                entry ->
                    List.of(
                        "<a href=\"#%s\">%s</a>"
                            .formatted(
                                Html.escape(entry.claim().id()),
                                Html.escape(entry.claim().sentence())),
                        Html.escape(entry.claim().about().title()),
                        ClaimText.words(entry.claim().protocol()),
                        Cell.count(entry.runs()),
                        verdict(ClaimText.verdict(entry))))
            .toList());
  }

  private static String groups(Ledger ledger, LedgerFiles files) {
    StringBuilder groups = new StringBuilder();
    for (Group group : Group.values()) {
      List<Ledger.Entry> entries =
          ledger.entries().stream().filter(entry -> entry.claim().about() == group).toList();
      if (!entries.isEmpty()) {
        groups.append(
            "<section><h2>%d. %s</h2>\n".formatted(group.number(), Html.escape(group.title())));
        entries.forEach(entry -> groups.append(claim(entry, files)));
        groups.append("</section>\n");
      }
    }
    return groups.toString();
  }

  private static String claim(Ledger.Entry entry, LedgerFiles files) {
    return """
        <article id="%s">
        <h3>%s</h3>
        %s%s%s</article>
        """
        .formatted(
            Html.escape(entry.claim().id()),
            Html.escape(entry.claim().sentence()),
            facts(facts(entry, files)),
            statements(entry),
            entry.runs() == 0
                ? "<p class=\"missing\">Not run yet.</p>\n"
                : figure(entry) + compared(entry) + rows(entry));
  }

  private static Map<String, String> facts(Ledger.Entry entry, LedgerFiles files) {
    Claim claim = entry.claim();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "verdict", "%s, %s".formatted(verdict(ClaimText.verdict(entry)), ClaimText.rule(claim)));
    facts.put("scope", Html.escape(claim.scope()));
    facts.put("source", Html.escape(claim.source()));
    facts.put("protocol", ClaimText.words(claim.protocol()));
    facts.put("run it", code(ClaimText.command(entry)));
    facts.put("stated in", code(files.fromProject(files.claim(claim))));
    facts.put("its runs", codes(claim.suites(), files));
    if (!claim.tuning().isEmpty()) {
      facts.put("learning rates by", codes(claim.tuning(), files));
    }
    if (claim.fullScale() != null) {
      facts.put("at full scale", code(files.fromProject(files.fullScale(claim))));
    }
    return facts;
  }

  private static String codes(List<String> configs, LedgerFiles files) {
    return configs.stream()
        .map(config -> code(files.fromProject(files.claims().resolve(config))))
        .collect(Collectors.joining(", "));
  }

  private static String statements(Ledger.Entry entry) {
    return Html.table(
        "Statements of " + entry.claim().id(),
        List.of(
            new Column("statement", ""),
            new Column("asked", "asked"),
            new Column("effect [95 % interval]", "keep"),
            new Column("n", "number"),
            new Column("p", "number"),
            new Column("q", "number"),
            new Column("verdict", "")),
        entry.findings().stream().map(LedgerPage::row).toList());
  }

  private static List<String> row(Finding finding) {
    return List.of(
        Html.escape(finding.statement().name()),
        Html.escape(ClaimText.asked(finding.statement())),
        Html.escape(ClaimText.effect(finding)),
        ClaimText.n(finding),
        Html.escape(
            ClaimText.probability(
                finding.effect() == null ? null : Double.valueOf(finding.effect().p()))),
        Html.escape(ClaimText.probability(finding.q())),
        finding.reason().isEmpty()
            ? verdict(finding.verdict().name())
            : "%s<span class=\"fine\">%s</span>"
                .formatted(verdict(finding.verdict().name()), Html.escape(finding.reason())));
  }

  private static String figure(Ledger.Entry entry) {
    return "<figure>\n%s</figure>\n".formatted(ForestPlot.svg(entry));
  }

  private static String compared(Ledger.Entry entry) {
    List<Column> columns = new ArrayList<>();
    for (String heading : RunsCompared.headings(entry.claim())) {
      columns.add(new Column(heading, columns.isEmpty() ? "" : "number"));
    }
    String table =
        Html.table(
            "Runs of " + entry.claim().id(),
            columns,
            RunsCompared.of(entry).stream()
                .map(runs -> runs.cells(entry.claim()).stream().map(Html::escape).toList())
                .toList());
    String equality = RunsCompared.equality(entry);
    return equality.isEmpty() ? table : table + "<p class=\"fine\">%s</p>\n".formatted(equality);
  }

  private static String rows(Ledger.Entry entry) {
    Set<String> metrics = new TreeSet<>();
    entry.rows().forEach(row -> metrics.addAll(row.values().keySet()));
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("run", ""));
    columns.add(new Column("seed", "number"));
    columns.add(new Column("parameters", "number"));
    metrics.forEach(metric -> columns.add(new Column(metric, "number")));
    columns.add(new Column("config", "keep"));
    columns.add(new Column("where", "keep"));
    return "<details><summary>%s</summary>\n%s</details>\n"
        .formatted(
            entry.runs() == 1 ? "Its one row" : "Its %s rows".formatted(Cell.count(entry.runs())),
            Html.table(
                "Rows of " + entry.claim().id(),
                columns,
                entry.rows().stream().map(row -> row(row, metrics)).toList()));
  }

  private static List<String> row(EvidenceRow row, Set<String> metrics) {
    List<String> cells = new ArrayList<>();
    cells.add(Html.escape(row.label()));
    cells.add(String.valueOf(row.seed()));
    cells.add(Cell.count(row.parameters()));
    metrics.forEach(metric -> cells.add(number(row.values().get(metric))));
    cells.add(
        "<code title=\"%s\">%s</code>"
            .formatted(
                Html.escape(row.configHash()),
                Html.escape(row.configHash().substring(0, SHOWN_OF_HASH))));
    cells.add(code("runs/" + row.directory()));
    return cells;
  }

  private static String number(Double value) {
    if (value == null) {
      return "";
    }
    return Double.isFinite(value)
        ? new BigDecimal(value)
            .round(new MathContext(DIGITS))
            .stripTrailingZeros()
            .toPlainString()
            .replace('-', '−')
        : value.toString();
  }

  private static String verdict(String verdict) {
    return "<b class=\"%s\">%s</b>"
        .formatted(verdict.toLowerCase(Locale.ROOT).replace(' ', '-'), verdict);
  }

  private static String code(String text) {
    return "<code>%s</code>".formatted(Html.escape(text));
  }

  private static Map<String, String> escapedValues(Map<String, String> texts) {
    Map<String, String> escaped = new LinkedHashMap<>();
    texts.forEach((name, text) -> escaped.put(name, Html.escape(text)));
    return escaped;
  }

  /** Values are escaped already. */
  private static String facts(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(
            fact ->
                "<dt>%s</dt><dd>%s</dd>\n".formatted(Html.escape(fact.getKey()), fact.getValue()))
        .collect(Collectors.joining("", "<dl class=\"facts\">\n", "</dl>\n"));
  }
}
