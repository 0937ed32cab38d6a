package io.github.pelab.layers.scheme;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a scheme is written: its name, and in parentheses the options that are not at their default.
 */
public final class Expression {
  private final String name;
  private final List<String> options = new ArrayList<>();

  public Expression(String name) {
    this.name = name;
  }

  /** Adds an option, unless it is at its default. */
  public Expression option(String option, Object value, Object defaultValue) {
    if (!value.equals(defaultValue)) {
      options.add(option + "=" + text(value));
    }
    return this;
  }

  /** {@code 10000}, not {@code 10000.0}; constants in lower case, with hyphens. */
  static String text(Object value) {
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString(number.longValue());
    }
    String text = value.toString().toLowerCase(Locale.ROOT);
    return value instanceof Enum ? text.replace('_', '-') : text;
  }

  @Override
  public String toString() {
    return options.isEmpty() ? name : name + "(" + String.join(",", options) + ")";
  }
}
