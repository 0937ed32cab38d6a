package io.github.pelab.cli.report;

import io.github.pelab.cli.fast.Crossover;
import io.github.pelab.cli.fast.FastRopeRow;
import io.github.pelab.cli.fast.FastRopeRow.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What fast attention took beside exact attention, in words and numbers. */
public final class FastRopeTable {
  static final List<String> HEADINGS =
      List.of(
          "n",
          "d",
          "form",
          "degree",
          "monomials",
          "time",
          "of exact",
          "error",
          "at most",
          "memory");
  static final Set<String> NUMBERS =
      Set.of("n", "d", "degree", "monomials", "time", "of exact", "error", "at most", "memory");

  /** Tokens from which on growth is that of the form, not of what it costs to begin. */
  private static final int GROWN = 4096;

  private FastRopeTable() {}

  /** As plain text. */
  public static String text(List<FastRopeRow> rows) {
    StringBuilder text =
        new StringBuilder(
            new TextTable(HEADINGS, NUMBERS)
                .text(rows.stream().map(row -> cells(row, rows)).toList()));
    text.append('\n');
    findings(rows).forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  static List<String> cells(FastRopeRow row, List<FastRopeRow> rows) {
    boolean exact = row.form() == Form.EXACT;
    return List.of(
        Cell.count(row.tokens()),
        String.valueOf(row.size()),
        row.form().toString(),
        exact ? "" : String.valueOf(row.degree()),
        exact ? "" : Cell.count(row.monomials()),
        time(row.seconds()),
        rows.stream()
            .filter(other -> other.form() == Form.EXACT && !exact)
            .filter(other -> other.tokens() == row.tokens() && other.size() == row.size())
            .map(other -> factor(other.seconds() / row.seconds()))
            .findFirst()
            .orElse(""),
        String.format(Locale.ROOT, "%.1e", row.error()),
        exact ? "" : String.format(Locale.ROOT, "%.1e", row.promised()),
        String.format(Locale.ROOT, "%.1f MB", row.bytes() / 1e6));
  }

  /** From where on each form pays, and how its time grows. */
  static List<String> findings(List<FastRopeRow> rows) {
    List<String> findings = new ArrayList<>();
    for (Crossover crossover : Crossover.of(rows)) {
      FastRopeRow row = crossover.of();
      findings.add(
          "%s, d = %d, degree %d: faster than exact from about n = %s%s%s"
              .formatted(
                  row.form(),
                  row.size(),
                  row.degree(),
                  rounded(crossover.tokens()),
                  crossover.measured(rows) ? "" : " (beyond what was measured)",
                  Crossover.growth(row, rows, GROWN)
                      .map(
                          power ->
                              String.format(
                                  Locale.ROOT,
                                  "; from n = %,d on its time grows as n^%.2f",
                                  GROWN,
                                  power))
                      .orElse("")));
    }
    return findings;
  }

  private static String rounded(double tokens) {
    double unit = Math.pow(10, Math.floor(Math.log10(tokens)) - 1);
    return String.format(Locale.ROOT, "%,.0f", Math.rint(tokens / unit) * unit);
  }

  private static String factor(double factor) {
    return factor >= 10
        ? String.format(Locale.ROOT, "%.0f×", factor)
        : String.format(Locale.ROOT, "%.2g×", factor);
  }

  private static String time(double seconds) {
    return seconds < 1
        ? String.format(Locale.ROOT, "%.3g ms", seconds * 1e3)
        : String.format(Locale.ROOT, "%.3g s", seconds);
  }
}
