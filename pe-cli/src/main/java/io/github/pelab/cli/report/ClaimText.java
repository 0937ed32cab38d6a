package io.github.pelab.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.claims.Claim;
import io.github.pelab.claims.Finding;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Selection;
import io.github.pelab.claims.Statement;
import io.github.pelab.claims.Verdict;
import io.github.pelab.claims.metric.Metrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What claims and findings say, in words; not escaped. */
final class ClaimText {
  /** What a reader must know of all statements. */
  static final String GUIDE =
      "A statement holds a number of runs against a threshold that was set before them. It is CONFIRMED if the number"
          + " lies on the expected side, REFUTED if on the other, with q at most 0.05: p after Benjamini and Hochberg"
          + " over all statements of all claims. Else it is UNDECIDED: what was measured does not say. Intervals are"
          + " of 95 %; n counts runs, or pairs of runs of one seed. The runs of a suite share their examples: what"
          + " differs between seeds is how training begins, and the order of what it meets.";

  private static final double SMALL = 0.001;

  private ClaimText() {}

  /** A constant's name as configs have it. */
  static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A claim's verdict. */
  static String verdict(Ledger.Entry entry) {
    return entry.runs() == 0 ? "not run" : entry.verdict().name();
  }

  /** What runs it; where there are rows, again. */
  static String command(Ledger.Entry entry) {
    return "./pe claim " + entry.claim().id() + (entry.runs() == 0 ? "" : " --again");
  }

  /** How its statements make its verdict. */
  static String rule(Claim claim) {
    return switch (claim.rule()) {
      case ALL -> "confirmed if every statement is, refuted if any is";
      case ANY -> "confirmed if any statement is, refuted if every one is";
    };
  }

  /** How many claims there are, and how they ended. */
  static String count(Ledger ledger) {
    Map<String, Long> verdicts =
        ledger.entries().stream()
            .collect(Collectors.groupingBy(ClaimText::verdict, Collectors.counting()));
    return "%d claims: %d confirmed, %d refuted, %d undecided, %d not run"
        .formatted(
            ledger.entries().size(),
            verdicts.getOrDefault(Verdict.CONFIRMED.name(), 0L),
            verdicts.getOrDefault(Verdict.REFUTED.name(), 0L),
            verdicts.getOrDefault(Verdict.UNDECIDED.name(), 0L),
            verdicts.getOrDefault("not run", 0L))
        .replaceFirst(", 0 not run", "")
        .replaceFirst("^1 claims", "1 claim");
  }

  /** What a statement asks: {@code accuracy, rope minus alibi: above 2 points}. */
  static String asked(Statement statement) {
    return "%s, %s: %s"
        .formatted(
            switch (statement.kind()) {
              case MEAN -> statement.metric();
              case FRACTION -> "fraction of runs with " + statement.metric();
              case CORRELATION ->
                  "rank correlation of %s and %s".formatted(statement.metric(), statement.with());
              case DIFFERENCE ->
                  statement.minus() == null
                      ? statement.metric()
                      : "%s minus %s".formatted(statement.metric(), statement.minus());
            },
            runs(statement),
            expected(statement));
  }

  /** On which side of what. */
  static String expected(Statement statement) {
    return words(statement.expect())
        + " "
        + Quantity.of(statement).threshold(statement.threshold());
  }

  /** What two selections share is said once. */
  private static String runs(Statement statement) {
    if (statement.against() == null) {
      return selection(statement.of());
    }
    Map<String, JsonNode> shared = new LinkedHashMap<>(statement.of().fields());
    shared.entrySet().retainAll(statement.against().fields().entrySet());
    Map<String, JsonNode> of = without(shared, statement.of());
    Map<String, JsonNode> against = without(shared, statement.against());
    if (shared.isEmpty() || of.isEmpty() || against.isEmpty()) {
      return "%s minus %s".formatted(selection(statement.of()), selection(statement.against()));
    }
    return "%s minus %s (%s)".formatted(fields(of), fields(against), fields(shared));
  }

  private static Map<String, JsonNode> without(Map<String, JsonNode> shared, Selection selection) {
    Map<String, JsonNode> left = new LinkedHashMap<>(selection.fields());
    left.keySet().removeAll(shared.keySet());
    return left;
  }

  /** Which runs: a text stands for itself, a number or truth value behind its field's name. */
  static String selection(Selection selection) {
    return fields(selection.fields());
  }

  private static String fields(Map<String, JsonNode> fields) {
    return fields.entrySet().stream()
        .map(
            field ->
                field.getValue().isTextual()
                    ? field.getValue().asText()
                    : field.getKey().substring(field.getKey().lastIndexOf('.') + 1)
                        + " "
                        + field.getValue().asText())
        .collect(Collectors.joining(", "));
  }

  /** What was found; empty where nothing is said. */
  static String effect(Finding finding) {
    return finding.effect() == null
        ? ""
        : Quantity.of(finding.statement())
            .effect(finding.effect(), finding.statement().threshold());
  }

  /** How many runs or pairs; of a fraction, how many of them. */
  static String n(Finding finding) {
    if (finding.effect() == null) {
      return "";
    }
    return finding.statement().kind() == Statement.Kind.FRACTION
        ? "%d of %d"
            .formatted(
                finding.each().values().stream().filter(value -> value == 1).count(),
                finding.effect().values())
        : String.valueOf(finding.effect().values());
  }

  /** A p or a q. */
  static String probability(Double p) {
    if (p == null) {
      return "";
    }
    return p < SMALL ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }

  /** What the metrics are that all claims name, by name. */
  static Map<String, String> metrics(Ledger ledger) {
    List<String> asked =
        ledger.entries().stream()
            .flatMap(
                entry ->
                    Stream.concat(
                        entry.claim().statements().stream()
                            .flatMap(statement -> statement.metrics().stream()),
                        entry.claim().shown().stream()))
            .map(Quantity::name)
            .toList();
    Map<String, String> metrics = new LinkedHashMap<>();
    Metrics.all().stream()
        .filter(metric -> asked.contains(metric.name()))
        .forEach(metric -> metrics.put(metric.name(), metric.description()));
    return metrics;
  }
}
