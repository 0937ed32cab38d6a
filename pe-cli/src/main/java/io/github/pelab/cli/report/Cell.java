package io.github.pelab.cli.report;

import io.github.pelab.train.run.RunRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** How numbers and names look in a {@link TextTable}. */
public final class Cell {
  private Cell() {}

  /** A fraction of 1. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  /** An interval. */
  static String interval(Proportion proportion) {
    return "[" + percent(proportion.lower()) + ", " + percent(proportion.upper()) + "]";
  }

  /** The highest of a task's ceilings. */
  static String best(List<RunRecord.Ceiling> ceilings) {
    return ceilings.stream()
        .max(Comparator.comparingDouble(RunRecord.Ceiling::accuracy))
        .map(best -> percent(best.accuracy()) + " " + printable(best.from()))
        .orElse("unknown");
  }

  /** A count. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A config's text, which must not move a terminal's cursor. */
  public static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
