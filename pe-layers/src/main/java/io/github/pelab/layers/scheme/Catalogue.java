package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The factories of one kind on the class path, by name, and the expression that each is written as:
 * {@code name} or {@code name(option=value,option=value)}.
 *
 * @param <F> the factories
 * @param <T> what they make
 */
public final class Catalogue<F extends ExpressionFactory<T>, T> {
  private static final Pattern EXPRESSION = Pattern.compile("([a-z][a-z0-9-]*)(?:\\(([^()]*)\\))?");

  private final String kind;
  private final Map<String, F> factories = new TreeMap<>();

  /**
   * Finds the factories.
   *
   * @param kind what messages call it: {@code scheme}
   */
  public Catalogue(String kind, Class<F> type) {
    this.kind = kind;
    for (F factory : ServiceLoader.load(type, type.getClassLoader())) {
      F other = factories.putIfAbsent(factory.name(), factory);
      if (other != null) {
        throw new IllegalStateException(
            "two of kind %s are named '%s': %s and %s"
                .formatted(
                    kind,
                    factory.name(),
                    other.getClass().getName(),
                    factory.getClass().getName()));
      }
    }
  }

  /** All of them, by name. */
  public List<F> all() {
    return List.copyOf(factories.values());
  }

  /** Their names, joined by commas. */
  String names() {
    return String.join(", ", factories.keySet());
  }

  /**
   * Reads an expression.
   *
   * @param whole what it is a part of, for messages; perhaps itself
   * @throws IllegalArgumentException that says what was not understood and what is known instead
   */
  public T parse(String expression, String whole) {
    Matcher matcher = EXPRESSION.matcher(expression);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "%s '%s': cannot read '%s'; write name or name(option=value)"
              .formatted(kind, whole, expression));
    }
    String name = matcher.group(1);
    F factory = factories.get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "unknown %s '%s'; known are %s".formatted(kind, name, names()));
    }
    return factory.create(Arguments.read(kind + " " + name, factory.options(), matcher.group(2)));
  }
}
