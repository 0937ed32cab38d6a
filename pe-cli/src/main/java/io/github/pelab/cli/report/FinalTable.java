package io.github.pelab.cli.report;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.run.RunRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A report's final table and verdicts as plain text. */
public final class FinalTable {

  private static final List<String> HEADINGS =
      List.of("run", "parameters", "test accuracy", "95 % interval", "best ceiling", "checkpoint");

  private FinalTable() {}

  /**
   * A line for each run and checkpoint, then a line for each layer's verdict; lines end with a line
   * feed.
   */
  public static String text(ReportData data) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    data.runs().forEach(run -> rows.addAll(rows(run)));
    List<Integer> widths =
        IntStream.range(0, HEADINGS.size())
            .mapToObj(
                column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toList();
    String table =
        rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n", "", "\n"));
    return table + verdicts(data);
  }

  private static List<List<String>> rows(ReportData.Run run) {
    String id = printable(run.id());
    String parameters = String.format(Locale.ROOT, "%,d", run.parameters());
    String ceiling =
        run.ceilings().stream()
            .max(Comparator.comparingDouble(RunRecord.Ceiling::accuracy))
            .map(best -> percent(best.accuracy()) + " " + printable(best.from()))
            .orElse("unknown");
    if (run.results().isEmpty()) {
      String progress = run.status() + ", epoch " + run.epochs();
      return List.of(List.of(id, parameters, "none yet", "", ceiling, progress));
    }
    return run.results().stream()
        .map(
            result ->
                List.of(
                    id,
                    parameters,
                    percent(result.test().accuracy()),
                    "["
                        + percent(result.test().lower())
                        + ", "
                        + percent(result.test().upper())
                        + "]",
                    ceiling,
                    result.checkpoint() + ", epoch " + result.epoch()))
        .toList();
  }

  private static String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String pad = " ".repeat(widths.get(column) - row.get(column).length());
      boolean number = column == 1 || column == 2;
      line.append(column == 0 ? "" : "  ");
      line.append(number ? pad + row.get(column) : row.get(column) + pad);
    }
    return line.toString().stripTrailing();
  }

  private static String verdicts(ReportData data) {
    StringBuilder lines = new StringBuilder();
    for (ReportData.Ablation ablation : data.ablations()) {
      for (AblationRow.Layer layer : ablation.layers()) {
        lines
            .append(printable(ablation.run()))
            .append(", layer ")
            .append(layer.layer())
            .append(" (")
            .append(ablation.intervention().mode())
            .append(", ")
            .append(ablation.intervention().checkpoint())
            .append("): ")
            .append(layer.verdict().name().replace('_', ' '))
            .append(": ")
            .append(printable(layer.reason()))
            .append('\n');
      }
    }
    return lines.isEmpty() ? "" : "\n" + lines;
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  /** A config's text must not move a terminal's cursor. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
