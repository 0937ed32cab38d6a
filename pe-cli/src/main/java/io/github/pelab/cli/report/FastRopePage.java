package io.github.pelab.cli.report;

import io.github.pelab.cli.fast.FastRopeRow;
import io.github.pelab.cli.fast.FastRopeRow.Form;
import io.github.pelab.cli.report.Html.Column;
import io.github.pelab.cli.report.LogPlot.Curve;
import io.github.pelab.cli.report.LogPlot.Point;
import io.github.pelab.layers.fast.ExpPolynomial;
import io.github.pelab.train.run.AtomicFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Fast attention beside exact attention as one HTML file that needs no network and no script. */
public final class FastRopePage {
  /** Degrees that the bound is drawn for. */
  private static final int DEGREES = 8;

  private FastRopePage() {}

  /**
   * The page's text.
   *
   * @param summary what was measured
   * @param bound R of the logits
   * @param leftOut what was not measured, and why
   */
  public static String html(
      String summary, double bound, List<FastRopeRow> rows, List<String> leftOut) {
    return Template.fill(
        "fast-rope.html",
        Map.of(
            "style",
            Template.resource("report.css") + Template.resource("fast-rope.css"),
            "summary",
            Html.escape(summary),
            "findings",
            Stream.concat(FastRopeTable.findings(rows).stream(), leftOut.stream())
                .map(finding -> "<li>" + Html.escape(finding) + "</li>\n")
                .collect(Collectors.joining("", "<ul>\n", "</ul>\n")),
            "time",
            time(rows),
            "error",
            error(bound, rows),
            "table",
            table(rows)));
  }

  /** Writes the page. A reader sees the old page or the new one, never a part. */
  public static void write(
      String summary, double bound, List<FastRopeRow> rows, List<String> leftOut, Path file) {
    AtomicFile.write(
        file,
        out -> out.write(html(summary, bound, rows, leftOut).getBytes(StandardCharsets.UTF_8)));
  }

  private static String time(List<FastRopeRow> rows) {
    return LogPlot.svg(
        "Seconds against tokens",
        "tokens n",
        "seconds",
        rows.stream().map(row -> (double) row.tokens()).distinct().sorted().toList(),
        curves(rows, FastRopeRow::tokens, FastRopeRow::seconds, FastRopePage::kind));
  }

  private static String kind(FastRopeRow row) {
    return row.form() == Form.EXACT
        ? "exact, d = " + row.size()
        : "%s, d = %d, degree %d".formatted(row.form(), row.size(), row.degree());
  }

  private static String error(double bound, List<FastRopeRow> rows) {
    List<Curve> curves =
        new ArrayList<>(
            curves(
                rows.stream().filter(row -> row.form() != Form.EXACT).toList(),
                FastRopeRow::degree,
                FastRopeRow::error,
                row -> "%s, n = %,d, d = %d".formatted(row.form(), row.tokens(), row.size())));
    List<Integer> degrees =
        IntStream.concat(
                IntStream.rangeClosed(1, DEGREES),
                rows.stream().filter(row -> row.form() != Form.EXACT).mapToInt(FastRopeRow::degree))
            .filter(degree -> ExpPolynomial.isOfUse(degree, bound))
            .distinct()
            .sorted()
            .boxed()
            .toList();
    curves.add(
        0,
        new Curve(
            "cannot exceed",
            degrees.stream()
                .map(
                    degree ->
                        new Point(degree, ExpPolynomial.ofDegree(degree, bound).outputError()))
                .toList()));
    return LogPlot.svg(
        "Largest error against degree",
        "degree g",
        "error",
        degrees.stream().map(Integer::doubleValue).toList(),
        curves);
  }

  private static List<Curve> curves(
      List<FastRopeRow> rows,
      ToDoubleFunction<FastRopeRow> x,
      ToDoubleFunction<FastRopeRow> y,
      Function<FastRopeRow, String> name) {
    return rows.stream().map(name).distinct().toList().stream()
        .map(
            curve ->
                new Curve(
                    curve,
                    rows.stream()
                        .filter(row -> name.apply(row).equals(curve))
                        .map(row -> new Point(x.applyAsDouble(row), y.applyAsDouble(row)))
                        .sorted(Comparator.comparingDouble(Point::x))
                        .toList()))
        .toList();
  }

  private static String table(List<FastRopeRow> rows) {
    return Html.table(
        "Numbers",
        FastRopeTable.HEADINGS.stream()
            .map(name -> new Column(name, FastRopeTable.NUMBERS.contains(name) ? "number" : "keep"))
            .toList(),
        rows.stream()
            .map(row -> FastRopeTable.cells(row, rows).stream().map(Html::escape).toList())
            .toList());
  }
}
