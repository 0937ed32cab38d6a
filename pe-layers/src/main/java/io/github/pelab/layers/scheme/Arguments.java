package io.github.pelab.layers.scheme;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The values that an expression gives to options, defaults filled in. */
public final class Arguments {
  private final String what;
  private final Map<String, String> values;

  private Arguments(String what, Map<String, String> values) {
    this.what = what;
    this.values = Map.copyOf(values);
  }

  /**
   * Reads {@code option=value,option=value}.
   *
   * @param what is being described, for messages: {@code scheme rope}
   * @param options that it has
   * @param text between the parentheses; null if there are none
   * @throws IllegalArgumentException for an option that is unknown, has no value or is given twice
   */
  public static Arguments read(String what, List<Option> options, String text) {
    Map<String, String> values = new LinkedHashMap<>();
    options.forEach(option -> values.put(option.name(), option.defaultValue()));
    Set<String> seen = new HashSet<>();
    String given = text == null ? "" : text.strip();
    for (String option : given.isEmpty() ? new String[0] : given.split(",", -1)) {
      String[] pair = option.split("=", 2);
      String key = pair[0].strip();
      if (!values.containsKey(key)) {
        throw new IllegalArgumentException(
            "%s: unknown option '%s'; %s"
                .formatted(
                    what,
                    option.strip(),
                    values.isEmpty()
                        ? "it has none"
                        : "known are " + String.join(", ", values.keySet())));
      }
      if (pair.length != 2) {
        throw new IllegalArgumentException(
            "%s: option '%s' has no value; write %s=value".formatted(what, key, key));
      }
      if (!seen.add(key)) {
        throw new IllegalArgumentException(
            "%s: option %s is given twice; keep one".formatted(what, key));
      }
      values.put(key, pair[1].strip());
    }
    return new Arguments(what, values);
  }

  /**
   * A finite number above {@code bound}.
   *
   * @throws IllegalArgumentException if the value is no such number
   */
  public double numberAbove(double bound, String option) {
    return number(Math.nextUp(bound), "above " + Expression.text(bound), option);
  }

  /** A finite number, {@code least} or above. */
  public double numberFrom(double least, String option) {
    return number(least, "from " + Expression.text(least), option);
  }

  private double number(double least, String range, String option) {
    String text = values.get(option);
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!(value >= least && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "%s: option %s must be a number %s, found '%s'".formatted(what, option, range, text));
    }
    return value;
  }

  /** A number above 0, at most 1. */
  public double fraction(String option) {
    double value = numberAbove(0, option);
    if (value > 1) {
      throw new IllegalArgumentException(
          "%s: option %s must be at most 1, found '%s'"
              .formatted(what, option, values.get(option)));
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
        "%s: option %s must be a whole number from %d to %d, found '%s'"
            .formatted(what, option, least, most, text));
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String option) {
    String text = values.get(option);
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException(
          "%s: option %s must be true or false, found '%s'".formatted(what, option, text));
    }
    return text.equals("true");
  }

  /** One of an enum's constants, in lower case, with hyphens. */
  public <E extends Enum<E>> E choice(Class<E> type, String option) {
    String text = values.get(option);
    for (E constant : type.getEnumConstants()) {
      if (Expression.text(constant).equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "%s: option %s must be one of %s, found '%s'"
            .formatted(
                what,
                option,
                Arrays.stream(type.getEnumConstants()).map(Expression::text).toList(),
                text));
  }
}
