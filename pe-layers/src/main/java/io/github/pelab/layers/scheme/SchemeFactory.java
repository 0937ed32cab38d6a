package io.github.pelab.layers.scheme;

import java.util.List;

/**
 * Makes schemes of one name. Found through {@link java.util.ServiceLoader}: an implementation named
 * in {@code META-INF/services} is at once known to configs, sweeps and every test of schemes.
 */
public interface SchemeFactory {
  /** Lower-case letters, digits and hyphens. */
  String name();

  /** One line, with its source. */
  String description();

  default List<Option> options() {
    return List.of();
  }

  /** Makes the scheme; every option of {@link #options()} has a value. */
  PositionalScheme create(Arguments arguments);
}
