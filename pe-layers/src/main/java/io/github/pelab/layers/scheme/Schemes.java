package io.github.pelab.layers.scheme;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The schemes by name, and the expressions they are written as in configs and in JSON:
 *
 * <pre>
 *   expression := scheme ('+' scheme)*
 *   scheme     := name [ '(' option '=' value (',' option '=' value)* ')' ]
 * </pre>
 *
 * for instance {@code rope}, {@code rope(base=500)}, {@code alibi+rope}.
 */
public final class Schemes {
  private static final Pattern SCHEME = Pattern.compile("([a-z][a-z0-9-]*)(?:\\(([^()]*)\\))?");

  /** A plus within parentheses belongs to a number, as in 1e+4. */
  private static final Pattern PLUS = Pattern.compile("\\+(?![^(]*\\))");

  private static final Map<String, SchemeFactory> FACTORIES = load();

  private Schemes() {}

  /** All schemes on the class path, by name. */
  public static List<SchemeFactory> all() {
    return List.copyOf(FACTORIES.values());
  }

  /**
   * Reads a scheme expression.
   *
   * @throws IllegalArgumentException that says what of the expression was not understood and what
   *     is known instead
   */
  public static PositionalScheme parse(String expression) {
    if (expression == null || expression.isBlank()) {
      throw new IllegalArgumentException("scheme is empty; write one of " + names());
    }
    List<PositionalScheme> parts = new ArrayList<>();
    for (String part : PLUS.split(expression, -1)) {
      parts.add(parsePart(part.strip(), expression));
    }
    return parts.size() == 1 ? parts.get(0) : new Composition(parts);
  }

  private static PositionalScheme parsePart(String part, String expression) {
    Matcher matcher = SCHEME.matcher(part);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "scheme '%s': cannot read '%s'; write name or name(option=value), joined by +"
              .formatted(expression, part));
    }
    String name = matcher.group(1);
    SchemeFactory factory = FACTORIES.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "unknown scheme '%s'; known are %s".formatted(name, names()));
    }
    return factory.create(Arguments.read("scheme " + name, factory.options(), matcher.group(2)));
  }

  private static String names() {
    return String.join(", ", FACTORIES.keySet());
  }

  private static Map<String, SchemeFactory> load() {
    Map<String, SchemeFactory> found = new TreeMap<>();
    for (SchemeFactory factory :
        ServiceLoader.load(SchemeFactory.class, Schemes.class.getClassLoader())) {
      SchemeFactory other = found.putIfAbsent(factory.name(), factory);
      if (other != null) {
        throw new IllegalStateException(
            "two schemes are named '%s': %s"
                .formatted(
                    factory.name(),
                    Arrays.asList(other, factory).stream()
                        .map(each -> each.getClass().getName())
                        .collect(Collectors.joining(" and "))));
      }
    }
    return found;
  }
}
