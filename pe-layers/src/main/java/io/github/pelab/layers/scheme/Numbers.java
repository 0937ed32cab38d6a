package io.github.pelab.layers.scheme;

/** How numbers are written in scheme expressions: {@code 10000}, not {@code 10000.0}. */
final class Numbers {
  private Numbers() {}

  static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
