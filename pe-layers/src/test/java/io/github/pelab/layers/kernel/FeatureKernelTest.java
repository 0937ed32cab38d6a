package io.github.pelab.layers.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.kernel.FeatureKernel.Sums;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "5, 1, 6, 2",
    "63, 2, 3, 9",
    "64, 4, 4, 5",
    "65, 8, 3, 17",
    "130, 16, 2, 17",
    "200, 16, 4, 6",
    "77, 5, 6, 7",
    "33, 64, 2, 65"
  })
  void sumsAreThoseOverPairs(int rows, int variables, int degree, int columns) {
    Rows<double[]> x = rows(rows, variables);
    Rows<double[]> y = rows(rows, columns);
    Rows<double[]> z = rows(rows, columns);
    Rows<double[]> asked = rows(rows, variables);
    double[] product = new double[rows * columns];
    double[] slope = new double[rows * variables];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        double logit = 0;
        for (int v = 0; v < variables; v++) {
          logit += at(asked, i, v) * at(x, j, v);
        }
        double mixed = 0;
        for (int c = 0; c < columns; c++) {
          product[i * columns + c] += polynomial(degree, false, logit) * at(y, j, c);
          mixed += at(y, j, c) * at(z, i, c);
        }
        for (int v = 0; v < variables; v++) {
          slope[i * variables + v] += polynomial(degree, true, logit) * mixed * at(x, j, v);
        }
      }
    }
    Stream.of(new ScalarFeatures(), new VectorFeatures())
        .forEach(
            kernel -> {
              Monomials monomials = Monomials.of(variables, degree);
              Sums sums = kernel.sums(monomials, monomials.weights(COEFFICIENTS), columns);
              sums.add(x, y, rows);
              sums.clear();
              // In two parts, as chunks come.
              int first = rows / 3;
              sums.add(x, y, first);
              sums.add(x.from(first), y.from(first), rows - first);
              Rows<double[]> foundProduct = rows(rows, columns);
              Rows<double[]> foundSlope = rows(rows, variables);
              double[] margins = foundProduct.data().clone();
              sums.times(asked, rows, foundProduct);
              sums.slope(asked, z, rows, foundSlope);
              double error = kernel instanceof ScalarFeatures ? 1e-12 : 1e-5;
              assertThat(relative(product, foundProduct, columns))
                  .as(kernel.getClass().getSimpleName())
                  .isLessThan(error);
              assertThat(relative(slope, foundSlope, variables))
                  .as(kernel.getClass().getSimpleName())
                  .isLessThan(error);
              assertThat(foundProduct.data()[columns + 3]).isEqualTo(margins[columns + 3]);
            });
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
