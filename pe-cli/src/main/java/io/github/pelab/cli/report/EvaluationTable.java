package io.github.pelab.cli.report;

import static io.github.pelab.cli.report.Cell.best;
import static io.github.pelab.cli.report.Cell.interval;
import static io.github.pelab.cli.report.Cell.percent;
import static io.github.pelab.cli.report.Cell.printable;

import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunRecord;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Evaluations of a run as plain text. */
public final class EvaluationTable {
  private static final TextTable TABLE =
      new TextTable(
          List.of(
              "run",
              "checkpoint",
              "split",
              "length",
              "attention",
              "accuracy",
              "95 % interval",
              "chance",
              "best ceiling",
              "loss",
              "weakest slices"),
          Set.of("length", "accuracy", "chance", "loss"));

  private EvaluationTable() {}

  /** A line for each evaluation; lines end with a line feed. */
  public static String text(RunRecord run, List<EvaluationRow> rows) {
    return TABLE.text(rows.stream().map(row -> cells(run, row)).toList());
  }

  private static List<String> cells(RunRecord run, EvaluationRow row) {
    MetricsRow.Evaluation result = row.result();
    Proportion right = Proportion.of(result.correct(), result.total());
    return List.of(
        printable(run.label()),
        result.checkpoint() + ", epoch " + result.epoch(),
        result.split(),
        row.length() == null ? "of the task" : String.valueOf(row.length()),
        printable(row.attention()),
        percent(right.accuracy()),
        interval(right),
        percent(row.chance()),
        best(row.ceilings()),
        String.format(Locale.ROOT, "%.3f", result.loss()),
        weakest(result.slices()));
  }

  /** Of each kind of slice that has several values, the one with the lowest accuracy. */
  private static String weakest(List<MetricsRow.SliceCount> slices) {
    Map<String, List<MetricsRow.SliceCount>> kinds =
        slices.stream()
            .collect(
                Collectors.groupingBy(
                    MetricsRow.SliceCount::slice, LinkedHashMap::new, Collectors.toList()));
    return kinds.values().stream()
        .filter(kind -> kind.size() > 1)
        .map(
            kind ->
                kind.stream()
                    .min(Comparator.comparingDouble(EvaluationTable::accuracy))
                    .map(
                        slice ->
                            "%s %d %s"
                                .formatted(slice.slice(), slice.value(), percent(accuracy(slice))))
                    .orElseThrow())
        .collect(Collectors.joining(", "));
  }

  private static double accuracy(MetricsRow.SliceCount slice) {
    return (double) slice.correct() / slice.total();
  }
}
