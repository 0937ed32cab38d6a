package io.github.pelab.layers.kernel;

/**
 * Rows of numbers in an array: entry c of row i is {@code data[offset + i·stride + c]}.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public record Rows<A>(A data, int offset, int stride) {
  /** Row {@code first} and those behind it. */
  public Rows<A> from(int first) {
    return new Rows<>(data, offset + first * stride, stride);
  }
}
