package io.github.pelab.cli.report;

import io.github.pelab.claims.Claim;
import io.github.pelab.claims.EvidenceRow;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Selection;
import io.github.pelab.claims.Statement;
import io.github.pelab.claims.metric.Metrics;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The runs of one selection, and what may not differ between those that are compared. */
record RunsCompared(Selection selection, List<EvidenceRow> rows) {
  RunsCompared {
    rows = List.copyOf(rows);
  }

  /** Those that a claim's statements name, in their order; none that have no rows. */
  static List<RunsCompared> of(Ledger.Entry entry) {
    return entry.claim().statements().stream()
        .flatMap(statement -> statement.selections().stream())
        .distinct()
        .map(selection -> of(selection, entry))
        .filter(compared -> !compared.rows.isEmpty())
        .toList();
  }

  private static RunsCompared of(Selection selection, Ledger.Entry entry) {
    return new RunsCompared(
        selection, entry.rows().stream().filter(row -> selection.has(row.config())).toList());
  }

  /** What stands above the {@link #cells} of a claim's runs. */
  static List<String> headings(Claim claim) {
    return Stream.concat(
            Stream.of(
                "runs",
                "how many",
                "parameters",
                claim.tuning().isEmpty() ? "learning rate, given" : "learning rate, tuned"),
            metrics(claim).map(metric -> "mean " + metric))
        .toList();
  }

  /** Which, how many, of how many parameters, and what they came to. */
  List<String> cells(Claim claim) {
    return Stream.concat(
            Stream.of(
                ClaimText.selection(selection),
                Cell.count(rows.size()),
                parameters(),
                learningRates()),
            metrics(claim).map(this::mean))
        .toList();
  }

  /** Numbers of single runs: a yes or no is counted by its statement. */
  private static Stream<String> metrics(Claim claim) {
    return Stream.concat(
            claim.statements().stream()
                .flatMap(statement -> statement.metrics().stream())
                .filter(metric -> !Metrics.parse(metric).isYesOrNo()),
            claim.shown().stream())
        .distinct();
  }

  /** {@code 18,440}, or the smallest and the largest. */
  private String parameters() {
    LongSummaryStatistics all = parameters(rows.stream());
    return all.getMin() == all.getMax()
        ? Cell.count(all.getMax())
        : Cell.count(all.getMin()) + "–" + Cell.count(all.getMax());
  }

  private static LongSummaryStatistics parameters(Stream<EvidenceRow> rows) {
    return rows.mapToLong(EvidenceRow::parameters).summaryStatistics();
  }

  /** {@code 0.002, 0.004}, in ascending order. */
  private String learningRates() {
    return rows.stream()
        .map(row -> row.config().at("/training/learningRate").asDouble())
        .distinct()
        .sorted()
        .map(rate -> BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString())
        .collect(Collectors.joining(", "));
  }

  /** Of the runs that say it, and how many these are if not all; empty where none does. */
  private String mean(String metric) {
    DoubleSummaryStatistics found =
        rows.stream()
            .map(row -> row.values().get(metric))
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .summaryStatistics();
    if (found.getCount() == 0) {
      return "";
    }
    String mean = Quantity.mean(metric).one(found.getAverage());
    return found.getCount() == rows.size() ? mean : mean + " of " + found.getCount();
  }

  /** Whether runs that are held against each other have equal parameters; empty where none are. */
  static String equality(Ledger.Entry entry) {
    OptionalDouble most =
        entry.claim().statements().stream()
            .filter(statement -> statement.against() != null)
            .map(statement -> compared(statement, entry))
            .filter(pair -> pair.stream().noneMatch(each -> each.rows.isEmpty()))
            .map(pair -> parameters(pair.stream().flatMap(each -> each.rows.stream())))
            .mapToDouble(all -> (double) all.getMax() / all.getMin() - 1)
            .max();
    if (most.isEmpty()) {
      return "";
    }
    return most.getAsDouble() == 0
        ? "Runs that are compared have equal parameters."
        : "Runs that are compared differ in parameters, by %s %% at most."
            .formatted(
                new BigDecimal(100 * most.getAsDouble())
                    .round(new MathContext(2))
                    .stripTrailingZeros()
                    .toPlainString());
  }

  private static List<RunsCompared> compared(Statement statement, Ledger.Entry entry) {
    return statement.selections().stream().map(selection -> of(selection, entry)).toList();
  }
}
