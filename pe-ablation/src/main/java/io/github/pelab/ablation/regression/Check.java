package io.github.pelab.ablation.regression;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/** The checks of the records that are read from files: each starts with the field's name. */
final class Check {
  private static final int LONGEST_TEXT = 2000;

  private Check() {}

  static void that(boolean holds, String field, Object found, String remedy) {
    if (!holds) {
      throw new IllegalArgumentException(field + ": found " + found + "; " + remedy);
    }
  }

  static void text(String field, String text) {
    that(
        !text.isEmpty() && text.length() <= LONGEST_TEXT && text.indexOf('\n') < 0,
        field,
        "text of length " + text.length(),
        "use one line of 1 to " + LONGEST_TEXT + " characters");
  }

  /** In ISO 8601. */
  static void time(String field, String text) {
    try {
      Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          field + ": not a time; write one as 2026-11-21T02:00:00Z", e);
    }
  }

  /** {@code digits} hexadecimal digits. */
  static void digest(String field, String text, int digits) {
    that(
        text.matches("[0-9a-f]{" + digits + "}"),
        field,
        "text of length " + text.length(),
        "use " + digits + " hexadecimal digits");
  }

  static <T> List<T> list(String field, List<T> list, int most) {
    that(list.size() <= most, field, list.size() + " entries", "use at most " + most);
    return List.copyOf(list);
  }
}
