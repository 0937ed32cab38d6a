package io.github.pelab.cli.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Elements of a page that needs no script, and of SVG, as text. */
final class Html {
  private Html() {}

  /**
   * A table's column.
   *
   * @param style the class of its cells; empty for none
   */
  record Column(String name, String style) {
    private String attribute() {
      return style.isEmpty() ? "" : " class=\"" + style + "\"";
    }
  }

  /** Text in an element or an attribute; what no XML may hold becomes a question mark. */
  static String escape(String text) {
    return Cell.printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /**
   * A table that scrolls where it is too wide; the first column heads its row.
   *
   * @param rows cells that are escaped already
   */
  static String table(String caption, List<Column> columns, List<List<String>> rows) {
    String head =
        columns.stream()
            .map(
                column ->
                    "<th scope=\"col\"%s>%s</th>"
                        .formatted(column.attribute(), escape(column.name())))
            .collect(Collectors.joining());
    String body =
        rows.stream().map(row -> row(columns, row)).collect(Collectors.joining("\n", "", "\n"));
    return """
        <div class="scroll" tabindex="0" role="region" aria-label="%1$s"><table aria-label="%1$s">
        <thead><tr>%2$s</tr></thead>
        <tbody>
        %3$s</tbody>
        </table></div>
        """
        .formatted(escape(caption), head, body);
  }

  private static String row(List<Column> columns, List<String> cells) {
    return IntStream.range(0, cells.size())
        .mapToObj(
            i ->
                i == 0
                    ? "<th scope=\"row\"%s>%s</th>"
                        .formatted(columns.get(i).attribute(), cells.get(i))
                    : "<td%s>%s</td>".formatted(columns.get(i).attribute(), cells.get(i)))
        .collect(Collectors.joining("", "<tr>", "</tr>"));
  }
}
