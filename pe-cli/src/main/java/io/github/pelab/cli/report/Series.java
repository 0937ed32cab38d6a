package io.github.pelab.cli.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One label's curve in a figure: a line for each run, and what the runs have in common.
 *
 * @param spread mean and range over the runs at each x that all of them reached; empty for a single
 *     run
 */
public record Series(String label, List<Line> lines, List<Spread> spread) {

  /**
   * One run's curve.
   *
   * @param run the run's {@link ReportData.Run#id()}
   */
  public record Line(String run, List<Point> points) {}

  /**
   * A value at an epoch or at a slice's value.
   *
   * @param counts what {@code y} was counted from, where it is known
   */
  public record Point(
      int x, double y, @JsonInclude(JsonInclude.Include.NON_NULL) Proportion counts) {}

  /** Mean, smallest and largest y over a label's runs. */
  public record Spread(int x, double mean, double low, double high) {}

  static Series of(String label, List<Line> lines) {
    if (lines.size() < 2) {
      return new Series(label, lines, List.of());
    }
    // A mean over fewer runs than its neighbour would jump where a run ended, not where it learned.
    List<Spread> spread =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .collect(
                Collectors.groupingBy(
                    Point::x, TreeMap::new, Collectors.summarizingDouble(Point::y)))
            .entrySet()
            .stream()
            .filter(at -> at.getValue().getCount() == lines.size())
            .map(at -> spread(at.getKey(), at.getValue()))
            .toList();
    return new Series(label, lines, spread);
  }

  private static Spread spread(int x, DoubleSummaryStatistics y) {
    return new Spread(x, y.getAverage(), y.getMin(), y.getMax());
  }
}
