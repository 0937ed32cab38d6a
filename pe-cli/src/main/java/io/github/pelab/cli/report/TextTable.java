package io.github.pelab.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table as plain text: columns as wide as their widest cell, two blanks between them. */
public final class TextTable {
  private final List<String> headings;
  private final Set<String> numbers;

  /**
   * A table's head.
   *
   * @param numbers the headings of columns that are aligned to the right
   */
  public TextTable(List<String> headings, Set<String> numbers) {
    this.headings = List.copyOf(headings);
    this.numbers = Set.copyOf(numbers);
  }

  /** Headings and rows; every line ends with a line feed. */
  public String text(List<List<String>> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(headings);
    lines.addAll(rows);
    List<Integer> widths =
        IntStream.range(0, headings.size())
            .mapToObj(
                column -> lines.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toList();
    return lines.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n", "", "\n"));
  }

  private String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String pad = " ".repeat(widths.get(column) - row.get(column).length());
      boolean number = numbers.contains(headings.get(column));
      line.append(column == 0 ? "" : "  ");
      line.append(number ? pad + row.get(column) : row.get(column) + pad);
    }
    return line.toString().stripTrailing();
  }
}
