package io.github.pelab.layers;

/** The one place that knows what is said of a sequence that is too long. */
final class Lengths {
  private Lengths() {}

  static void check(String layer, long length, int maxLength) {
    if (length > maxLength) {
      throw new IllegalArgumentException(
          "%s: sequence of %d tokens is longer than maxLength %d; raise maxLength or shorten it"
              .formatted(layer, length, maxLength));
    }
  }
}
