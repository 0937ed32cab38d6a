package io.github.pelab.layers.scheme;

import java.util.List;

/**
 * Makes what an expression {@code name(option=value)} names. Found through {@link
 * java.util.ServiceLoader}: an implementation named in {@code META-INF/services} is at once known
 * to configs, sweeps and every test of its kind.
 *
 * @param <T> what is made
 */
public interface ExpressionFactory<T> {
  /** Lower-case letters, digits and hyphens. */
  String name();

  /** One line, with its source. */
  String description();

  default List<Option> options() {
    return List.of();
  }

  /** Makes it; every option of {@link #options()} has a value. */
  T create(Arguments arguments);
}
