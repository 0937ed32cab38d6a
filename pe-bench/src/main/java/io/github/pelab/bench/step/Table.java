package io.github.pelab.bench.step;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in Markdown, legible as it is: the first column to the left, numbers to the right. */
final class Table {
  private final List<List<String>> lines = new ArrayList<>();

  Table(String... header) {
    lines.add(List.of(header));
  }

  /**
   * Adds a line.
   *
   * @throws IllegalArgumentException if it has not as many cells as the header
   */
  void add(String... cells) {
    if (cells.length != lines.get(0).size()) {
      throw new IllegalArgumentException(
          "found %d cells under %d headings".formatted(cells.length, lines.get(0).size()));
    }
    lines.add(List.of(cells));
  }

  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, lines.get(0).size())
            .map(
                column ->
                    lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0))
            .toArray();
    List<String> rule =
        IntStream.range(0, widths.length)
            .mapToObj(column -> "-".repeat(widths[column] - 1) + (column == 0 ? "-" : ":"))
            .toList();
    List<List<String>> all = new ArrayList<>(lines);
    all.add(1, rule);
    return all.stream().map(line -> text(line, widths)).collect(Collectors.joining("\n"));
  }

  private static String text(List<String> line, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(
            column -> {
              String space = " ".repeat(widths[column] - line.get(column).length());
              return column == 0 ? line.get(column) + space : space + line.get(column);
            })
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
