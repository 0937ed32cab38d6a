package io.github.pelab.layers.scheme;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
  /** A plus within parentheses belongs to a number, as in 1e+4. */
  private static final Pattern PLUS = Pattern.compile("\\+(?![^(]*\\))");

  private static final Catalogue<SchemeFactory, PositionalScheme> CATALOGUE =
      new Catalogue<>("scheme", SchemeFactory.class);

  private Schemes() {}

  /** All schemes on the class path, by name. */
  public static List<SchemeFactory> all() {
    return CATALOGUE.all();
  }

  /**
   * Reads a scheme expression.
   *
   * @throws IllegalArgumentException that says what of the expression was not understood and what
   *     is known instead
   */
  public static PositionalScheme parse(String expression) {
    if (expression == null || expression.isBlank()) {
      throw new IllegalArgumentException("scheme is empty; write one of " + CATALOGUE.names());
    }
    List<PositionalScheme> parts =
        Stream.of(PLUS.split(expression, -1))
            .map(part -> CATALOGUE.parse(part.strip(), expression))
            .toList();
    return parts.size() == 1 ? parts.get(0) : new Composition(parts);
  }
}
