package io.github.pelab.layers.fast;

import static io.github.pelab.layers.fast.Precision.DOUBLE;

import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import io.github.pelab.layers.kernel.Rows;
import java.util.Arrays;

/**
 * Some of a head's tokens in double precision, as many as are worked on at a time, and what a query
 * and a key among them mix: what forms that never look at pairs leave over. Legend: V size of
 * values, p the polynomial, s scale, R bound.
 *
 * <pre>
 *   weight[i,j] = p(R query_i · key_j) e^lagBias(i − j)
 * </pre>
 *
 * Queries are times s/R, and a power of two that makes both about as large: no power of them is
 * then too large or too small for any precision. Keys are over that power, and 0 where they are not
 * seen.
 *
 * @param <A> {@code float[]} or {@code double[]}, what the head is given and gives
 */
final class Pairs<A> {
  private final ExpPolynomial polynomial;
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
  Pairs(ExpPolynomial polynomial, Head<A> head, Inputs<A> inputs, int most) {
    if (head.dropout() != null) {
      throw new IllegalArgumentException("fast attention holds no weights that could be dropped");
    }
    LogitBound bound = LogitBound.of(head, inputs);
    LogitBound.require(polynomial, bound.largest());
    this.polynomial = polynomial;
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
        clear(key, j, 1);
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

  private double logit(int i, int j) {
    return polynomial.bound() * DOUBLE.dot(query, i, key, j, head.keySize());
  }

  private double biased(int i, int j) {
    return head.lagBias() == null
        ? 1
        : Math.exp(precision.at(head.lagBias(), i - j + head.tokens() - 1));
  }

  /** Adds what query i mixes of key j's value. */
  void mix(int i, int j) {
    double weight = polynomial.value(logit(i, j)) * biased(i, j);
    DOUBLE.add(value, j, weight, columns(), mixed, i);
  }

  /**
   * Adds the gradients of that.
   *
   * @param lagBiasGradient {@code [2n − 1]}, added to; null if it is not wanted
   */
  void unmix(int i, int j, A lagBiasGradient) {
    double logit = logit(i, j);
    double biased = biased(i, j);
    double worth = biased * DOUBLE.dot(mixed, i, value, j, columns());
    double slope = worth * polynomial.slope(logit) * polynomial.bound();
    double weight = polynomial.value(logit);
    DOUBLE.add(key, j, slope, head.keySize(), gradients.query(), i);
    DOUBLE.add(query, i, slope, head.keySize(), gradients.key(), j);
    DOUBLE.add(mixed, i, weight * biased, columns(), gradients.value(), j);
    if (lagBiasGradient != null) {
      int lag = i - j + head.tokens() - 1;
      precision.set(lagBiasGradient, lag, precision.at(lagBiasGradient, lag) + worth * weight);
    }
  }

  /** Clears the gradients of {@code count} queries. */
  void clearQueryGradients(int count) {
    clear(gradients.query(), 0, count);
  }

  private static void clear(Rows<double[]> rows, int i, int count) {
    Arrays.fill(rows.data(), i * rows.stride(), (i + count) * rows.stride(), 0);
  }

  /** Hands gradients on to what {@link #query} was made of. */
  void writeQueryGradients(int first, int count, Rows<A> to) {
    for (int i = 0; i < count; i++) {
      precision.write(gradients.query(), i, queryFactor, head.keySize(), to, first + i);
    }
  }

  /** The same, added to what was handed on before. */
  void addQueryGradients(int first, int count, Rows<A> to) {
    for (int i = 0; i < count; i++) {
      precision.add(gradients.query(), i, queryFactor, head.keySize(), to, first + i);
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
