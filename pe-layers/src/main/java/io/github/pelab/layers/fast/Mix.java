package io.github.pelab.layers.fast;

import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import io.github.pelab.layers.kernel.Rows;
import java.util.Arrays;

/**
 * What all forms of fast attention mix, and what they make of the mix: values with a 1 behind them,
 * so that one pass gives numerators and the denominator. Of some of a head's tokens, from {@code
 * first} on, which are rows 0 on of what is mixed. Legend: V size of values.
 *
 * @param <A> {@code float[]} or {@code double[]}, what the head is given and gives
 */
record Mix<A>(Head<A> head, Precision<A> precision) {

  static <A> Mix<A> of(Head<A> head, Inputs<A> inputs) {
    return new Mix<>(head, Precision.of(inputs.query().data()));
  }

  /** V + 1. */
  int columns() {
    return head.valueSize() + 1;
  }

  boolean sees(int key) {
    return head.keyBias() == null || precision.at(head.keyBias(), key) != Double.NEGATIVE_INFINITY;
  }

  /** What a key's weight is multiplied by: e to its bias, 0 if it is not seen. */
  double seen(int key) {
    return head.keyBias() == null ? 1 : Math.exp(precision.at(head.keyBias(), key));
  }

  /** The largest |v| of the keys that are seen. */
  double largest(Rows<A> values) {
    double largest = 0;
    for (int j = 0; j < head.tokens(); j++) {
      for (int c = 0; sees(j) && c < head.valueSize(); c++) {
        double value = precision.at(values.data(), values.offset() + j * values.stride() + c);
        largest = Math.max(largest, Math.abs(value));
      }
    }
    return largest;
  }

  /**
   * What is mixed.
   *
   * @param to {@code [count, V + 1]}, overwritten
   */
  void values(Rows<A> values, int first, int count, Rows<double[]> to) {
    int size = head.valueSize();
    for (int j = 0; j < count; j++) {
      double seen = seen(first + j);
      int row = to.offset() + j * to.stride();
      if (seen == 0) { // whatever it is
        Arrays.fill(to.data(), row, row + size, 0);
      } else {
        precision.read(values, first + j, seen, size, to, j);
      }
      to.data()[row + size] = seen;
    }
  }

  /**
   * Numerators over denominators; 0 for a query that sees no key.
   *
   * @param mixed {@code [count, V + 1]}
   * @throws IllegalStateException if a denominator is not what weights can add up to
   */
  void divide(Rows<double[]> mixed, int first, int count, Rows<A> output, A logSum) {
    int size = head.valueSize();
    for (int i = 0; i < count; i++) {
      double sum = mixed.data()[mixed.offset() + i * mixed.stride() + size];
      if (!(sum >= 0 && sum < Double.POSITIVE_INFINITY)) {
        throw new IllegalStateException(
            "fast attention: the weights of token %d add up to %s, of rounding or of what is no number; take multi-head"
                .formatted(first + i, sum));
      }
      double factor = sum == 0 ? 0 : 1 / sum;
      precision.write(mixed, i, factor, size, output, first + i);
      precision.set(logSum, first + i, sum == 0 ? Double.POSITIVE_INFINITY : Math.log(sum));
    }
  }

  /**
   * The gradient of the mix, given that of the output.
   *
   * @param to {@code [count, V + 1]}, overwritten
   */
  void gradient(
      Rows<A> output, A logSum, Rows<A> outputGradient, int first, int count, Rows<double[]> to) {
    int size = head.valueSize();
    for (int i = 0; i < count; i++) {
      double factor = Math.exp(-precision.at(logSum, first + i)); // 0 for one that sees no key
      precision.read(outputGradient, first + i, factor, size, to, i);
      to.data()[to.offset() + i * to.stride() + size] =
          -factor * precision.dot(outputGradient, first + i, output, first + i, size);
    }
  }
}
