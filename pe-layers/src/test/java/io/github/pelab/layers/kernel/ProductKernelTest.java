package io.github.pelab.layers.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Both kernels' products against plain loops, at sizes that fill tiles and at sizes that do not; in
 * wider matrices, whose other columns stay as they were.
 */
class ProductKernelTest {
  private static final double SINGLE = 2e-6;
  private static final int LEFT = 3;
  private static final int RIGHT = 2;
  private static final double OTHER = 77;

  /** A matrix amid others' columns. */
  @SuppressWarnings("ArrayRecordComponent") // not compared as records
  private record Wide(double[] numbers, int rows, int columns) {
    static Wide of(int rows, int columns, int seed) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] numbers = new double[rows * (LEFT + columns + RIGHT)];
      Arrays.fill(numbers, OTHER);
      Wide wide = new Wide(numbers, rows, columns);
      for (int i = 0; i < rows; i++) {
        for (int c = 0; c < columns; c++) {
          numbers[wide.at(i, c)] = (float) (2 * random.nextDouble() - 1);
        }
      }
      return wide;
    }

    int at(int i, int c) {
      return i * (LEFT + columns + RIGHT) + LEFT + c;
    }

    double get(int i, int c) {
      return numbers[at(i, c)];
    }

    Wide copy() {
      return new Wide(numbers.clone(), rows, columns);
    }

    Wide transposed() {
      Wide flipped = of(columns, rows, 0);
      for (int i = 0; i < rows; i++) {
        for (int c = 0; c < columns; c++) {
          flipped.numbers[flipped.at(c, i)] = get(i, c);
        }
      }
      return flipped;
    }

    /** {@code factor} · this + x · w. */
    Wide plus(double factor, Wide x, Wide w) {
      Wide sum = copy();
      for (int i = 0; i < rows; i++) {
        for (int c = 0; c < columns; c++) {
          double product = 0;
          for (int t = 0; t < w.rows; t++) {
            product += x.get(i, t) * w.get(t, c);
          }
          sum.numbers[at(i, c)] = factor * get(i, c) + product;
        }
      }
      return sum;
    }
  }

  /** A kernel and the way of its arrays. */
  private record Subject<A>(
      ProductKernel<A> kernel,
      IntFunction<A> array,
      Function<double[], A> of,
      ToDoubleBiFunction<A, Integer> at,
      double precision) {
    static final Subject<double[]> SCALAR =
        new Subject<>(
            new ScalarProducts(), double[]::new, double[]::clone, (array, i) -> array[i], 1e-14);
    static final Subject<float[]> VECTOR =
        new Subject<>(
            new VectorProducts(),
            float[]::new,
            numbers -> {
              float[] single = new float[numbers.length];
              for (int i = 0; i < single.length; i++) {
                single[i] = (float) numbers[i];
              }
              return single;
            },
            (array, i) -> array[i],
            SINGLE);

    Rows<A> rows(Wide wide) {
      return new Rows<>(of.apply(wide.numbers()), LEFT, LEFT + wide.columns() + RIGHT);
    }

    void assertClose(Wide expected, Rows<A> found, int terms) {
      for (int i = 0; i < expected.numbers().length; i++) {
        assertThat(at.applyAsDouble(found.data(), i))
            .as("entry %d", i)
            .isCloseTo(expected.numbers()[i], within(precision * terms));
      }
    }

    void multiply(int rows, int terms, int outputs) {
      Wide x = Wide.of(rows, terms, 1);
      Wide w = Wide.of(terms, outputs, 2);
      Wide before = Wide.of(rows, outputs, 3);
      A packed = array.apply(kernel.packed(terms, outputs));
      kernel.pack(rows(w), terms, outputs, packed);
      Rows<A> to = rows(before);
      kernel.product(rows(x), rows, terms, packed, outputs, to);
      assertClose(before.plus(0, x, w), to, terms);

      A again = array.apply(kernel.packed(terms, outputs));
      kernel.packTransposed(rows(w.transposed()), terms, outputs, again);
      assertThat(again).isEqualTo(packed);

      Rows<A> flipped = rows(x.transposed());
      to = rows(before);
      kernel.transposedProduct(flipped, rows, terms, packed, outputs, to, true);
      assertClose(before.plus(1, x, w), to, terms);
      kernel.transposedProduct(flipped, rows, terms, packed, outputs, to, false);
      assertClose(before.plus(0, x, w), to, terms);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "3, 5, 2",
    "5, 64, 64",
    "9, 16, 100",
    "4, 33, 17",
    "7, 7, 129",
    "12, 128, 128"
  })
  void productsAreThoseOfLoops(int rows, int terms, int outputs) {
    Subject.SCALAR.multiply(rows, terms, outputs);
    Subject.VECTOR.multiply(rows, terms, outputs);
  }
}
