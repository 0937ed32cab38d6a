package io.github.pelab.layers.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.kernel.FeatureKernel.Others;
import io.github.pelab.layers.kernel.FeatureKernel.Sums;
import io.github.pelab.layers.kernel.FeatureKernel.Triangle;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scalar kernel against sums over pairs, the vector kernel against the scalar one. */
class FeatureKernelTest {
  private static final double[] COEFFICIENTS = {1, 1, 0.5, 0.2, 0.03, 0.01, 0.002};

  private final SplittableRandom random = new SplittableRandom(11);

  /** With a margin, so that a wrong stride or offset shows. */
  private Rows<double[]> rows(int count, int size) {
    int stride = size + 2;
    double[] data =
        random
            .doubles(3 + count * stride)
            .map(u -> (float) ((2 * u - 1) / Math.sqrt(size)))
            .toArray();
    return new Rows<>(data, 3, stride);
  }

  private static double at(Rows<double[]> rows, int i, int c) {
    return rows.data()[rows.offset() + i * rows.stride() + c];
  }

  private static double polynomial(int degree, boolean slope, double x) {
    double sum = 0;
    for (int m = slope ? 1 : 0; m <= degree; m++) {
      sum += COEFFICIENTS[m] * (slope ? m * Math.pow(x, m - 1) : Math.pow(x, m));
    }
    return sum;
  }

  /** Whether the row is given what another has. */
  private interface Mask {
    boolean has(int i, int j);
  }

  /** What is expected of a kernel: {@code [rows, columns]}, {@code [rows, variables]}. */
  private static final class Expected {
    private final double[] product;
    private final double[] slope;

    /** Over pairs of a row, asked and with what it is worth, and others. */
    Expected(Rows<double[]> asked, Rows<double[]> worth, Others others, Sizes sizes, Mask mask) {
      product = new double[sizes.rows * sizes.columns];
      slope = new double[sizes.rows * sizes.variables];
      for (int i = 0; i < sizes.rows; i++) {
        for (int j = 0; j < sizes.rows; j++) {
          if (!mask.has(i, j)) {
            continue;
          }
          double logit = 0;
          for (int v = 0; v < sizes.variables; v++) {
            logit += at(asked, i, v) * at(others.x(), j, v);
          }
          double mixed = 0;
          for (int c = 0; c < sizes.columns; c++) {
            product[i * sizes.columns + c] +=
                polynomial(sizes.degree, false, logit) * at(others.y(), j, c);
            mixed += at(others.y(), j, c) * at(worth, i, c);
          }
          for (int v = 0; v < sizes.variables; v++) {
            slope[i * sizes.variables + v] +=
                polynomial(sizes.degree, true, logit) * mixed * at(others.x(), j, v);
          }
        }
      }
    }
  }

  record Sizes(int rows, int variables, int degree, int columns) {}

  static Stream<Sizes> sizes() {
    return Stream.of(
        new Sizes(1, 1, 1, 1),
        new Sizes(5, 1, 6, 2),
        new Sizes(63, 2, 3, 9),
        new Sizes(64, 4, 4, 5),
        new Sizes(65, 8, 3, 17),
        new Sizes(130, 16, 2, 17),
        new Sizes(200, 16, 4, 6),
        new Sizes(77, 5, 6, 7),
        new Sizes(33, 64, 2, 65));
  }

  private static Stream<FeatureKernel> kernels() {
    return Stream.of(new ScalarFeatures(), new VectorFeatures());
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void sumsAreThoseOverPairs(Sizes sizes) {
    int rows = sizes.rows;
    Others others = new Others(rows(rows, sizes.variables), rows(rows, sizes.columns), false);
    Rows<double[]> asked = rows(rows, sizes.variables);
    Rows<double[]> worth = rows(rows, sizes.columns);
    Expected expected = new Expected(asked, worth, others, sizes, (i, j) -> true);
    kernels()
        .forEach(
            kernel -> {
              Monomials monomials = Monomials.of(sizes.variables, sizes.degree);
              Sums sums = kernel.sums(monomials, monomials.weights(COEFFICIENTS), sizes.columns);
              sums.add(others.x(), others.y(), rows);
              sums.clear();
              // In two parts, as chunks come.
              int first = rows / 3;
              sums.add(others.x(), others.y(), first);
              sums.add(others.x().from(first), others.y().from(first), rows - first);
              Rows<double[]> product = rows(rows, sizes.columns);
              Rows<double[]> slope = rows(rows, sizes.variables);
              double margin = product.data()[sizes.columns + 3];
              sums.times(asked, rows, product);
              sums.slope(asked, worth, rows, slope);
              assertThat(product.data()[sizes.columns + 3]).isEqualTo(margin);
              check(kernel, sizes, expected, product, slope);
            });
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void trianglesAreSumsOverTheirPairs(Sizes sizes) {
    int rows = sizes.rows;
    for (boolean later : new boolean[] {false, true}) {
      Others others = new Others(rows(rows, sizes.variables), rows(rows, sizes.columns), later);
      Rows<double[]> asked = rows(rows, sizes.variables);
      Rows<double[]> worth = rows(rows, sizes.columns);
      Expected expected =
          new Expected(asked, worth, others, sizes, (i, j) -> later ? j >= i : j <= i);
      kernels()
          .forEach(
              kernel -> {
                Triangle triangle =
                    kernel.triangle(
                        Arrays.copyOf(COEFFICIENTS, sizes.degree + 1),
                        sizes.variables,
                        sizes.columns,
                        rows + 7);
                // Of more rows first: nothing of them may be left.
                Rows<double[]> all = rows(rows + 7, sizes.variables);
                Rows<double[]> others7 = rows(rows + 7, sizes.columns);
                triangle.times(
                    all, new Others(all, others7, later), rows + 7, rows(rows + 7, sizes.columns));
                Rows<double[]> product = rows(rows, sizes.columns);
                Rows<double[]> slope = rows(rows, sizes.variables);
                double[] productBefore = product.data().clone();
                double[] slopeBefore = slope.data().clone();
                triangle.times(asked, others, rows, product);
                triangle.slope(asked, worth, others, rows, slope);
                assertThat(product.data()[sizes.columns + 3])
                    .isEqualTo(productBefore[sizes.columns + 3]);
                subtract(product.data(), productBefore);
                subtract(slope.data(), slopeBefore);
                check(kernel, sizes, expected, product, slope);
              });
    }
  }

  private static void subtract(double[] from, double[] numbers) {
    Arrays.setAll(from, at -> from[at] - numbers[at]);
  }

  private static void check(
      FeatureKernel kernel,
      Sizes sizes,
      Expected expected,
      Rows<double[]> product,
      Rows<double[]> slope) {
    double error = kernel instanceof ScalarFeatures ? 1e-12 : 1e-5;
    String name = kernel.getClass().getSimpleName();
    assertThat(relative(expected.product, product, sizes.columns)).as(name).isLessThan(error);
    assertThat(relative(expected.slope, slope, sizes.variables)).as(name).isLessThan(error);
  }

  /** Root mean square of the difference over that of what is expected. */
  private static double relative(double[] expected, Rows<double[]> found, int size) {
    double error = 0;
    for (int at = 0; at < expected.length; at++) {
      error += Math.pow(at(found, at / size, at % size) - expected[at], 2);
    }
    return Math.sqrt(error / Arrays.stream(expected).map(e -> e * e).sum());
  }
}
