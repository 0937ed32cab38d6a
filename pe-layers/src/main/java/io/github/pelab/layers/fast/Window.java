package io.github.pelab.layers.fast;

import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import io.github.pelab.layers.kernel.Rows;
import java.util.Arrays;

/**
 * Some of a head's tokens in double precision, as many as are worked on at a time. Legend: V size
 * of values, s scale, R the polynomial's bound.
 *
 * <p>Queries are times s/R, so that a query times a key is a logit over R, and a power of two that
 * makes both about as large: no power of them is then too large or too small for any precision.
 * Keys are over that power, and 0 where they are not seen.
 *
 * @param <A> {@code float[]} or {@code double[]}, what the head is given and gives
 */
final class Window<A> {
  private final Head<A> head;
  private final Inputs<A> inputs;
  private final Mix<A> mix;
  private final Precision<A> precision;
  private final double queryFactor;
  private final double keyFactor;
  private final Rows<double[]> query;
  private final Rows<double[]> key;
  private final Rows<double[]> value;
  private final Rows<double[]> mixed;
  private final Inputs<double[]> gradients;

  /**
   * Of a head.
   *
   * @param most tokens at a time
   * @throws IllegalStateException if logits may be larger than the polynomial's bound
   * @throws IllegalArgumentException if there is dropout
   */
  Window(ExpPolynomial polynomial, Head<A> head, Inputs<A> inputs, int most) {
    if (head.dropout() != null) {
      throw new IllegalArgumentException("fast attention holds no weights that could be dropped");
    }
    LogitBound bound = LogitBound.of(head, inputs);
    LogitBound.require(polynomial, bound.largest());
    this.head = head;
    this.inputs = inputs;
    mix = Mix.of(head, inputs);
    precision = mix.precision();
    double power =
        bound.query() == 0
            ? 1
            : Math.scalb(1.0, -Math.getExponent(bound.query() / polynomial.bound()));
    queryFactor = head.scale() / polynomial.bound() * power;
    keyFactor = 1 / power;
    int tokens = Math.min(most, head.tokens());
    query = Precision.zeros(tokens, head.keySize());
    key = Precision.zeros(tokens, head.keySize());
    value = Precision.zeros(tokens, mix.columns());
    mixed = Precision.zeros(tokens, mix.columns());
    gradients =
        new Inputs<>(
            Precision.zeros(tokens, head.keySize()),
            Precision.zeros(tokens, head.keySize()),
            Precision.zeros(tokens, mix.columns()));
  }

  /** V + 1. */
  int columns() {
    return mix.columns();
  }

  /** {@code [count, K]}. */
  Rows<double[]> query() {
    return query;
  }

  /** {@code [count, K]}. */
  Rows<double[]> key() {
    return key;
  }

  /** {@code [count, V + 1]}, see {@link Mix}. */
  Rows<double[]> value() {
    return value;
  }

  /** What queries mix, or its gradient, {@code [count, V + 1]}. */
  Rows<double[]> mixed() {
    return mixed;
  }

  /** Of {@link #query}, {@link #key} and {@link #value}. */
  Inputs<double[]> gradients() {
    return gradients;
  }

  /** The largest |v| of the keys that are seen, of the whole head. */
  double largestValue() {
    return mix.largest(inputs.value());
  }

  /** Reads queries {@code [first, first + count)}, which are rows 0 on. */
  void readQueries(int first, int count) {
    for (int i = 0; i < count; i++) {
      precision.read(inputs.query(), first + i, queryFactor, head.keySize(), query, i);
    }
  }

  /** Reads keys and values {@code [first, first + count)}. */
  void readKeys(int first, int count) {
    for (int j = 0; j < count; j++) {
      if (mix.sees(first + j)) {
        precision.read(inputs.key(), first + j, keyFactor, head.keySize(), key, j);
      } else {
        Arrays.fill(key.data(), j * key.stride(), (j + 1) * key.stride(), 0);
      }
    }
    mix.values(inputs.value(), first, count, value);
  }

  /** Makes outputs of what queries {@code [first, first + count)} mix. */
  void divide(int first, int count, Rows<A> output, A logSum) {
    mix.divide(mixed, first, count, output, logSum);
  }

  /** Sets {@link #mixed} to its gradient for those queries. */
  void readGradient(Rows<A> output, A logSum, Rows<A> outputGradient, int first, int count) {
    mix.gradient(output, logSum, outputGradient, first, count, mixed);
  }

  /** Hands gradients on to what {@link #query} was made of. */
  void writeQueryGradients(int first, int count, Rows<A> to) {
    for (int i = 0; i < count; i++) {
      precision.write(gradients.query(), i, queryFactor, head.keySize(), to, first + i);
    }
  }

  /** Hands gradients on to what {@link #key} and {@link #value} were made of. */
  void writeKeyGradients(int first, int count, Inputs<A> to) {
    for (int j = 0; j < count; j++) {
      double factor = mix.sees(first + j) ? keyFactor : 0;
      precision.write(gradients.key(), j, factor, head.keySize(), to.key(), first + j);
      double seen = mix.seen(first + j);
      precision.write(gradients.value(), j, seen, head.valueSize(), to.value(), first + j);
    }
  }
}
