package io.github.pelab.bench.golden;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A name and its options, as configs write schemes and forms: {@code rope(base=500,heads=1)}. */
record Expression(String name, Map<String, String> options) {
  /** Reads what is joined by plus signs. */
  static List<Expression> parts(String text) {
    return Arrays.stream(text.split("\\+")).map(Expression::of).toList();
  }

  static Expression of(String text) {
    String[] words = text.split("[(,)]");
    Map<String, String> options = new HashMap<>();
    for (String option : Arrays.asList(words).subList(1, words.length)) {
      int equals = option.indexOf('=');
      options.put(option.substring(0, equals), option.substring(equals + 1));
    }
    return new Expression(words[0], options);
  }

  String text(String option, String otherwise) {
    return options.getOrDefault(option, otherwise);
  }

  double number(String option, double otherwise) {
    return options.containsKey(option) ? Double.parseDouble(options.get(option)) : otherwise;
  }

  int whole(String option, int otherwise) {
    return options.containsKey(option) ? Integer.parseInt(options.get(option)) : otherwise;
  }

  boolean flag(String option, boolean otherwise) {
    return options.containsKey(option) ? Boolean.parseBoolean(options.get(option)) : otherwise;
  }
}
