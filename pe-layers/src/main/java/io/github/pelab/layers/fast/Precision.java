package io.github.pelab.layers.fast;

import io.github.pelab.layers.kernel.Rows;

/**
 * How numbers of a precision are read and written by what computes in double precision.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
interface Precision<A> {
  Precision<float[]> SINGLE =
      new Precision<>() {
        @Override
        public double at(float[] numbers, int at) {
          return numbers[at];
        }

        @Override
        public void set(float[] numbers, int at, double number) {
          numbers[at] = (float) number;
        }
      };

  Precision<double[]> DOUBLE =
      new Precision<>() {
        @Override
        public double at(double[] numbers, int at) {
          return numbers[at];
        }

        @Override
        public void set(double[] numbers, int at, double number) {
          numbers[at] = number;
        }
      };

  /** That of an array. */
  @SuppressWarnings("unchecked") // the array says what A is
  static <A> Precision<A> of(A numbers) {
    return (Precision<A>) (numbers instanceof float[] ? SINGLE : DOUBLE);
  }

  /** {@code [count, size]}, without a gap. */
  static Rows<double[]> zeros(int count, int size) {
    return new Rows<>(new double[count * size], 0, size);
  }

  double at(A numbers, int at);

  void set(A numbers, int at, double number);

  /** to_j ← factor · from_i. */
  default void read(Rows<A> from, int i, double factor, int size, Rows<double[]> to, int j) {
    int at = from.offset() + i * from.stride();
    int toAt = to.offset() + j * to.stride();
    for (int c = 0; c < size; c++) {
      to.data()[toAt + c] = factor * at(from.data(), at + c);
    }
  }

  /** to_j ← factor · from_i. */
  default void write(Rows<double[]> from, int i, double factor, int size, Rows<A> to, int j) {
    int at = from.offset() + i * from.stride();
    int toAt = to.offset() + j * to.stride();
    for (int c = 0; c < size; c++) {
      set(to.data(), toAt + c, factor * from.data()[at + c]);
    }
  }

  /** to_j ← to_j + factor · from_i. */
  default void add(Rows<double[]> from, int i, double factor, int size, Rows<A> to, int j) {
    int at = from.offset() + i * from.stride();
    int toAt = to.offset() + j * to.stride();
    for (int c = 0; c < size; c++) {
      set(to.data(), toAt + c, at(to.data(), toAt + c) + factor * from.data()[at + c]);
    }
  }

  /** |x_i|². */
  default double square(Rows<A> x, int i, int size) {
    return dot(x, i, x, i, size);
  }

  /** x_i · y_j. */
  default double dot(Rows<A> x, int i, Rows<A> y, int j, int size) {
    int at = x.offset() + i * x.stride();
    int by = y.offset() + j * y.stride();
    double dot = 0;
    for (int c = 0; c < size; c++) {
      dot += at(x.data(), at + c) * at(y.data(), by + c);
    }
    return dot;
  }
}
