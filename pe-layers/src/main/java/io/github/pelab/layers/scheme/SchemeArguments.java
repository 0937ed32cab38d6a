package io.github.pelab.layers.scheme;

import java.util.Arrays;
import java.util.Locale;
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
              .formatted(scheme, option, Expression.text(bound), text));
    }
    return value;
  }

  /** A number above 0, at most 1. */
  public double fraction(String option) {
    double value = numberAbove(0, option);
    if (value > 1) {
      throw new IllegalArgumentException(
          "scheme %s: option %s must be at most 1, found '%s'"
              .formatted(scheme, option, values.get(option)));
    }
    return value;
  }

  /** A whole number from {@code least} to {@code most}. */
  public int wholeNumber(int least, int most, String option) {
    String text = values.get(option);
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, as for any other value that will not do
    }
    throw new IllegalArgumentException(
        "scheme %s: option %s must be a whole number from %d to %d, found '%s'"
            .formatted(scheme, option, least, most, text));
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String option) {
    String text = values.get(option);
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(
          "scheme %s: option %s must be true or false, found '%s'".formatted(scheme, option, text));
    }
    return text.equals("true");
  }

  /** One of an enum's constants, in lower case. */
  public <E extends Enum<E>> E choice(Class<E> type, String option) {
    String text = values.get(option);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "scheme %s: option %s must be one of %s, found '%s'"
            .formatted(
                scheme,
                option,
                Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT),
                text));
  }
}
