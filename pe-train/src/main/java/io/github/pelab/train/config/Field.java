package io.github.pelab.train.config;

/**
 * The checks of the config records: a default for what was left out, and an exception that starts
 * with the field's name for what is out of range. {@link Binder} puts file, line and path before
 * it.
 */
final class Field {
  private Field() {}

  static <T> T required(String field, T value, String remedy) {
    if (value == null) {
      throw new IllegalArgumentException(field + ": missing; " + remedy);
    }
    return value;
  }

  static <T> T or(T value, T fallback) {
    return value == null ? fallback : value;
  }

  static int integer(String field, Integer value, int fallback, int least, int most) {
    int found = or(value, fallback);
    check(
        found >= least && found <= most,
        field,
        found,
        "choose a whole number from " + least + " to " + most);
    return found;
  }

  /** A number from 0 up to, but not including, 1. */
  static double fraction(String field, Double value, double fallback) {
    double found = or(value, fallback);
    check(found >= 0 && found < 1, field, found, "choose a number from 0 to below 1");
    return found;
  }

  static void check(boolean holds, String field, Object found, String remedy) {
    if (!holds) {
      throw new IllegalArgumentException(field + ": found " + found + "; " + remedy);
    }
  }
}
