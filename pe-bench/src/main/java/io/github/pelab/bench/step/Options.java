package io.github.pelab.bench.step;

import java.util.List;

/** What a command of this package can be told. */
final class Options {
  private static final String QUICK = "--quick";

  private Options() {}

  /**
   * Whether it is to be quick.
   *
   * @throws IllegalArgumentException if anything else is said
   */
  static boolean quick(String[] arguments) {
    List<String> said = List.of(arguments);
    if (!said.isEmpty() && !said.equals(List.of(QUICK))) {
      throw new IllegalArgumentException("found %s; say %s or nothing".formatted(said, QUICK));
    }
    return !said.isEmpty();
  }
}
