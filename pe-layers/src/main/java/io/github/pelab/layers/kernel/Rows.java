package io.github.pelab.layers.kernel;

/**
 * Rows of numbers in an array: entry c of row i is {@code data[offset + i·stride + c]}.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public record Rows<A>(A data, int offset, int stride) {}
