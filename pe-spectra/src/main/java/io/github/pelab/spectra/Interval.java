package io.github.pelab.spectra;

/** From {@code lower} to {@code upper}, both included. */
public record Interval(double lower, double upper) {

  public Interval {
    if (!(lower <= upper)) {
      throw new IllegalArgumentException(
          "lower, upper: found %s, %s; give two numbers in ascending order"
              .formatted(lower, upper));
    }
  }
}
