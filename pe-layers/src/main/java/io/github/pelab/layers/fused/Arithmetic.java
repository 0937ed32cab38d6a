package io.github.pelab.layers.fused;

import io.github.pelab.layers.fast.ExpPolynomial;
import io.github.pelab.layers.fast.FastAttention;
import io.github.pelab.layers.kernel.AttentionKernel;
import io.github.pelab.layers.kernel.Kernels;
import java.util.Arrays;

/**
 * A precision: its kernels, and the way of numbers from DL4J's memory, outside the heap, to arrays,
 * where kernels work, and back.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
abstract class Arithmetic<A> {
  private final Kernels<A> kernels;
  private final int unit;

  private Arithmetic(Kernels<A> kernels) {
    this.kernels = kernels;
    unit = kernels.products().unit();
  }

  /** That of kernels: those in single precision are for networks of single precision alone. */
  @SuppressWarnings("unchecked") // the kernels say what A is
  static <A> Arithmetic<A> of(Kernels<A> kernels) {
    return (Arithmetic<A>)
        (kernels.arrays() == (Class<?>) float[].class
            ? new Single((Kernels<float[]>) kernels)
            : new Doubles((Kernels<double[]>) kernels));
  }

  Kernels<A> kernels() {
    return kernels;
  }

  /** Outputs of a product that are computed together. */
  int unit() {
    return unit;
  }

  /** Attention with a polynomial for the exponential. */
  abstract AttentionKernel<A> fastAttention(ExpPolynomial polynomial);

  abstract A array(int length);

  /** An array of at least {@code length} numbers: the given one, or a new one in its place. */
  abstract A grown(A array, int length);

  abstract A of(double[] values);

  abstract void copy(double[] from, int fromAt, A to, int at, int count);

  abstract double at(A array, int index);

  abstract void clear(A array, int from, int to);

  abstract void read(OffHeap from, int at, A to, int toAt, int count);

  abstract void write(A from, int fromAt, OffHeap to, int at, int count);

  /** {@code [rows, width]} from the first columns of rows {@code first} on. */
  final void read(Columns<A> from, int first, int rows, int width, A to) {
    int stride = from.matrix().columns();
    for (int i = 0; i < rows; i++) {
      int at = (first + i) * stride + from.first();
      System.arraycopy(from.matrix().numbers(), at, to, i * width, width);
    }
  }

  /** The other way. */
  final void write(A from, Columns<A> to, int first, int rows, int width) {
    int stride = to.matrix().columns();
    for (int i = 0; i < rows; i++) {
      int at = (first + i) * stride + to.first();
      System.arraycopy(from, i * width, to.matrix().numbers(), at, width);
    }
  }

  private static final class Single extends Arithmetic<float[]> {
    Single(Kernels<float[]> kernels) {
      super(kernels);
    }

    @Override
    AttentionKernel<float[]> fastAttention(ExpPolynomial polynomial) {
      return FastAttention.ofSingles(polynomial, kernels().features());
    }

    @Override
    float[] array(int length) {
      return new float[length];
    }

    @Override
    float[] grown(float[] array, int length) {
      return array != null && array.length >= length ? array : new float[length];
    }

    @Override
    float[] of(double[] values) {
      float[] array = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        array[i] = (float) values[i];
      }
      return array;
    }

    @Override
    void copy(double[] from, int fromAt, float[] to, int at, int count) {
      for (int i = 0; i < count; i++) {
        to[at + i] = (float) from[fromAt + i];
      }
    }

    @Override
    double at(float[] array, int index) {
      return array[index];
    }

    @Override
    void clear(float[] array, int from, int to) {
      Arrays.fill(array, from, to, 0);
    }

    @Override
    void read(OffHeap from, int at, float[] to, int toAt, int count) {
      from.read(at, to, toAt, count);
    }

    @Override
    void write(float[] from, int fromAt, OffHeap to, int at, int count) {
      to.write(from, fromAt, at, count);
    }
  }

  private static final class Doubles extends Arithmetic<double[]> {
    Doubles(Kernels<double[]> kernels) {
      super(kernels);
    }

    @Override
    AttentionKernel<double[]> fastAttention(ExpPolynomial polynomial) {
      return FastAttention.ofDoubles(polynomial, kernels().features());
    }

    @Override
    double[] array(int length) {
      return new double[length];
    }

    @Override
    double[] grown(double[] array, int length) {
      return array != null && array.length >= length ? array : new double[length];
    }

    @Override
    double[] of(double[] values) {
      return values.clone();
    }

    @Override
    void copy(double[] from, int fromAt, double[] to, int at, int count) {
      System.arraycopy(from, fromAt, to, at, count);
    }

    @Override
    double at(double[] array, int index) {
      return array[index];
    }

    @Override
    void clear(double[] array, int from, int to) {
      Arrays.fill(array, from, to, 0);
    }

    @Override
    void read(OffHeap from, int at, double[] to, int toAt, int count) {
      from.read(at, to, toAt, count);
    }

    @Override
    void write(double[] from, int fromAt, OffHeap to, int at, int count) {
      to.write(from, fromAt, at, count);
    }
  }
}
