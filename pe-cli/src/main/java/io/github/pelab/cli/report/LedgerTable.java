package io.github.pelab.cli.report;

import io.github.pelab.claims.Effect;
import io.github.pelab.claims.Finding;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Plan;
import io.github.pelab.claims.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/** The ledger of claims as plain text. */
public final class LedgerTable {
  private static final TextTable LEDGER =
      new TextTable(
          List.of("group", "claim", "protocol", "runs", "statements confirmed", "verdict"),
          Set.of("group", "runs", "statements confirmed"));

  private static final TextTable STATEMENTS =
      new TextTable(
          List.of(
              "statement",
              "runs",
              "effect",
              "95 % interval",
              "expected",
              "q",
              "verdict",
              "why not"),
          Set.of("runs", "effect", "q"));

  private static final TextTable PLAN =
      new TextTable(
          List.of("claim", "runs", "of them new here", "done", "minutes left"),
          Set.of("runs", "of them new here", "done", "minutes left"));

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
                        words(entry.claim().protocol()),
                        String.valueOf(entry.runs()),
                        "%d of %d"
                            .formatted(
                                entry.findings().stream()
                                    .filter(each -> each.verdict() == Verdict.CONFIRMED)
                                    .count(),
                                entry.findings().size()),
                        entry.runs() == 0 ? "not run" : entry.verdict().name()))
            .toList());
  }

  /** A claim with a line for each of its statements. */
  public static String text(Ledger.Entry entry) {
    return "%n%s: %s%n%s (%s)%n%s: %s%n%n"
            .formatted(
                entry.claim().id(),
                Cell.printable(entry.claim().sentence()),
                Cell.printable(entry.claim().source()),
                words(entry.claim().protocol()),
                entry.verdict(),
                Cell.printable(entry.claim().scope()))
        + STATEMENTS.text(entry.findings().stream().map(LedgerTable::row).toList());
  }

  private static List<String> row(Finding finding) {
    Effect effect = finding.effect();
    return List.of(
        Cell.printable(finding.statement().name()),
        effect == null ? "" : String.valueOf(effect.values()),
        effect == null ? "" : number(effect.estimate()),
        effect == null
            ? ""
            : "[%s, %s]"
                .formatted(number(effect.interval().lower()), number(effect.interval().upper())),
        words(finding.statement().expect()) + " " + number(finding.statement().threshold()),
        finding.q() == null ? "" : number(finding.q()),
        finding.verdict().name(),
        finding.reason());
  }

  /**
   * What claims need; runs of one config are shared.
   *
   * @param seconds that the training of a run took, by config hash, of those that are done
   */
  public static String plan(List<Plan> plans, Map<String, Double> seconds) {
    List<List<String>> rows = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Plan plan : plans) {
      List<String> fresh =
          plan.steps().stream().map(step -> step.member().hash()).filter(seen::add).toList();
      long done = plan.steps().stream().filter(step -> isDone(step, seconds)).count();
      OptionalDouble each =
          plan.steps().stream()
              .flatMap(step -> Stream.ofNullable(seconds.get(step.member().hash())))
              .mapToDouble(Double::doubleValue)
              .average();
      long left = fresh.stream().filter(hash -> !seconds.containsKey(hash)).count();
      rows.add(
          List.of(
              plan.claim().id(),
              String.valueOf(plan.steps().size()),
              String.valueOf(fresh.size()),
              String.valueOf(done),
              left == 0
                  ? "0"
                  : each.isPresent()
                      ? String.valueOf(Math.round(left * each.getAsDouble() / 60))
                      : "not measured"));
    }
    return PLAN.text(rows)
        + "%nruns of all: %d, done: %d%n".formatted(seen.size(), count(seen, seconds));
  }

  private static long count(Set<String> hashes, Map<String, Double> seconds) {
    return hashes.stream().filter(seconds::containsKey).count();
  }

  private static boolean isDone(Plan.Step step, Map<String, Double> seconds) {
    return seconds.containsKey(step.member().hash());
  }

  private static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.3f", number);
  }
}
