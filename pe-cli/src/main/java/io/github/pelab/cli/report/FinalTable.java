package io.github.pelab.cli.report;

import static io.github.pelab.cli.report.Cell.best;
import static io.github.pelab.cli.report.Cell.count;
import static io.github.pelab.cli.report.Cell.interval;
import static io.github.pelab.cli.report.Cell.percent;
import static io.github.pelab.cli.report.Cell.printable;

import io.github.pelab.ablation.AblationRow;
import java.util.List;
import java.util.Set;

/** A report's final table and verdicts as plain text. */
public final class FinalTable {

  private static final TextTable RUNS =
      new TextTable(
          List.of(
              "run", "parameters", "test accuracy", "95 % interval", "best ceiling", "checkpoint"),
          Set.of("parameters", "test accuracy"));

  private static final TextTable CONFIGURATIONS =
      new TextTable(
          List.of("configuration", "runs", "mean accuracy", "range", "checkpoint"),
          Set.of("runs", "mean accuracy"));

  private FinalTable() {}

  /**
   * A line for each run and checkpoint, then a line for each layer's verdict, then, where a
   * configuration has several runs, a line for each configuration and checkpoint; lines end with a
   * line feed.
   */
  public static String text(ReportData data) {
    return RUNS.text(data.runs().stream().flatMap(run -> rows(run).stream()).toList())
        + verdicts(data)
        + configurations(data.configurations());
  }

  private static String configurations(List<ReportData.Configuration> configurations) {
    return configurations.isEmpty()
        ? ""
        : "\n" + CONFIGURATIONS.text(configurations.stream().map(FinalTable::row).toList());
  }

  private static List<String> row(ReportData.Configuration configuration) {
    return List.of(
        printable(configuration.label()),
        String.valueOf(configuration.runs()),
        percent(configuration.mean()),
        percent(configuration.low()) + " to " + percent(configuration.high()),
        configuration.checkpoint());
  }

  private static List<List<String>> rows(ReportData.Run run) {
    String id = printable(run.id());
    String parameters = count(run.parameters());
    String ceiling = best(run.ceilings());
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
                    interval(result.test()),
                    ceiling,
                    result.checkpoint() + ", epoch " + result.epoch()))
        .toList();
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
}
