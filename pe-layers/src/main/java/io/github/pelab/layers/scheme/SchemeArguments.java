package io.github.pelab.layers.scheme;

import java.util.Map;

/** The values that an expression gives to a scheme's options, defaults filled in. */
public final class SchemeArguments {
  private final String scheme;
  private final Map<String, String> values;

  SchemeArguments(String scheme, Map<String, String> values) {
    this.scheme = scheme;
    this.values = Map.copyOf(values);
  }

  /**
   * A finite number above {@code bound}.
   *
   * @throws IllegalArgumentException if the value is no such number
   */
  public double numberAbove(double bound, String option) {
    String text = values.get(option);
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!(value > bound && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "scheme %s: option %s must be a number above %s, found '%s'"
              .formatted(scheme, option, Numbers.text(bound), text));
    }
    return value;
  }
}
