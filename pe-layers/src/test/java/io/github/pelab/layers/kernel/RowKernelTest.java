package io.github.pelab.layers.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scalar kernel against formulas and central differences, the vector kernel against the scalar
 * one, at widths that fill lanes and at widths that do not.
 */
class RowKernelTest {
  private static final double EPSILON = 1e-5;
  private static final double SINGLE = 2e-6;
  private static final double STEP = 1e-6;
  private static final int ROWS = 5;

  private final RowKernel<double[]> scalar = new ScalarRows();
  private final RowKernel<float[]> vector = new VectorRows();

  private static double[] numbers(int count, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(count).map(x -> (float) (6 * x - 3)).toArray();
  }

  private static float[] single(double[] numbers) {
    float[] single = new float[numbers.length];
    for (int i = 0; i < single.length; i++) {
      single[i] = (float) numbers[i];
    }
    return single;
  }

  private static void assertClose(double[] expected, float[] found) {
    assertClose(expected, found, 1);
  }

  /**
   * As close as single precision can be.
   *
   * @param size of what is summed up
   */
  private static void assertClose(double[] expected, float[] found, double size) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i])
          .as("entry %d", i)
          .isCloseTo(expected[i], within(SINGLE * Math.max(size, Math.abs(expected[i]))));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 13, 16, 33, 64, 100})
  void vectorsGiveWhatScalarsGive(int width) {
    int count = ROWS * width;
    double[] x = numbers(count, 1);
    double[] gain = numbers(width, 2);
    double[] bias = numbers(width, 3);
    double[] slope = numbers(count, 4);

    double[] sum = bias.clone();
    float[] sums = single(bias);
    scalar.addSum(x, ROWS, width, sum);
    vector.addSum(single(x), ROWS, width, sums);
    assertClose(sum, sums);

    double[] shifted = x.clone();
    float[] shifts = single(x);
    scalar.addToEach(bias, ROWS, width, shifted);
    vector.addToEach(single(bias), ROWS, width, shifts);
    scalar.add(slope, count, shifted);
    vector.add(single(slope), count, shifts);
    assertClose(shifted, shifts);

    DropoutPattern pattern = new DropoutPattern(7, 0.4, 100, 3);
    int[] rows = {0, 9, 2, 7, 7};
    scalar.drop(shifted, ROWS, width, pattern, rows);
    vector.drop(shifts, ROWS, width, pattern, rows);
    assertClose(shifted, shifts);

    for (double[] ofNorm : new double[][] {bias, null}) {
      double[] normed = new double[count];
      float[] norms = new float[count];
      scalar.norm(x, ROWS, width, EPSILON, gain, ofNorm, normed);
      vector.norm(
          single(x),
          ROWS,
          width,
          EPSILON,
          single(gain),
          ofNorm == null ? null : single(bias),
          norms);
      assertClose(width == 1 && ofNorm != null ? widened(bias) : normed, norms);
      if (width > 2) { // else it is all cancellation
        assertNormGradientsAgree(x, width, gain, slope, ofNorm != null);
      }
    }

    double[] rectified = x.clone();
    float[] rectifieds = single(x);
    scalar.relu(rectified, count);
    vector.relu(rectifieds, count);
    assertClose(rectified, rectifieds);
    double[] through = slope.clone();
    float[] throughs = single(slope);
    scalar.reluGradient(rectified, count, through);
    vector.reluGradient(rectifieds, count, throughs);
    assertClose(through, throughs);

    double[] active = new double[count];
    float[] actives = new float[count];
    scalar.gelu(x, count, active);
    vector.gelu(single(x), count, actives);
    assertClose(active, actives);
    scalar.geluGradient(x, count, through);
    vector.geluGradient(single(x), count, throughs);
    assertClose(through, throughs);

    if (width % 2 == 0) {
      double[] cos = numbers(count + 2 * width, 5);
      double[] sin = numbers(count + 2 * width, 6);
      double[] turned = x.clone();
      float[] turneds = single(x);
      scalar.rotate(turned, ROWS, width, cos, sin, 2 * width);
      vector.rotate(turneds, ROWS, width, single(cos), single(sin), 2 * width);
      assertClose(turned, turneds);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 5, 2", "5, 64, 64", "9, 16, 100", "4, 33, 17", "7, 7, 129"})
  void productsAreThoseOfLoops(int rows, int inputs, int outputs) {
    double[] x = numbers(rows * inputs, 1);
    double[] w = numbers(inputs * outputs, 2);
    double[] y = numbers(rows * outputs, 3);
    double[] product = new double[rows * outputs];
    double[] weight = w.clone();
    double[] flipped = new double[inputs * outputs];
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < inputs; c++) {
        for (int o = 0; o < outputs; o++) {
          product[i * outputs + o] += x[i * inputs + c] * w[c * outputs + o];
          weight[c * outputs + o] += x[i * inputs + c] * y[i * outputs + o];
          flipped[o * inputs + c] = w[c * outputs + o];
        }
      }
    }
    double[] to = new double[rows * outputs];
    scalar.product(x, rows, inputs, w, outputs, to);
    assertClose(to, single(product), inputs);
    float[] tos = single(y); // overwritten
    vector.product(single(x), rows, inputs, single(w), outputs, tos);
    assertClose(product, tos, inputs);

    to = w.clone();
    scalar.addTransposedProduct(x, y, rows, inputs, outputs, to);
    assertClose(to, single(weight), rows);
    tos = single(w);
    vector.addTransposedProduct(single(x), single(y), rows, inputs, outputs, tos);
    assertClose(weight, tos, rows);

    to = new double[inputs * outputs];
    scalar.transpose(w, inputs, outputs, to);
    assertThat(to).isEqualTo(flipped);
    tos = new float[inputs * outputs];
    vector.transpose(single(w), inputs, outputs, tos);
    assertThat(tos).isEqualTo(single(flipped));
  }

  private static double[] widened(double[] one) {
    double[] rows = new double[ROWS];
    Arrays.fill(rows, one[0]);
    return rows;
  }

  private void assertNormGradientsAgree(
      double[] x, int width, double[] gain, double[] slope, boolean centred) {
    double[] gradient = slope.clone();
    float[] gradients = single(slope);
    double[] forGain = new double[width];
    float[] forGains = new float[width];
    double[] forBias = centred ? new double[width] : null;
    float[] forBiases = centred ? new float[width] : null;
    scalar.normGradient(x, ROWS, width, EPSILON, gain, gradient, forGain, forBias);
    vector.normGradient(
        single(x), ROWS, width, EPSILON, single(gain), gradients, forGains, forBiases);
    assertClose(gradient, gradients);
    assertClose(forGain, forGains);
    if (centred) {
      assertClose(forBias, forBiases);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void normsAreThoseOfTheFormula(boolean centred) {
    int width = 7;
    double[] x = numbers(width, 1);
    double[] gain = numbers(width, 2);
    double[] bias = centred ? numbers(width, 3) : null;
    double mean = centred ? Arrays.stream(x).average().orElseThrow() : 0;
    double square = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] found = new double[width];
    scalar.norm(x, 1, width, EPSILON, gain, bias, found);
    for (int c = 0; c < width; c++) {
      double expected =
          (x[c] - mean) / Math.sqrt(square + EPSILON) * gain[c] + (centred ? bias[c] : 0);
      assertThat(found[c]).isCloseTo(expected, within(1e-13));
    }

    double[] slope = numbers(width, 4);
    double[] gradient = slope.clone();
    double[] forGain = new double[width];
    scalar.normGradient(
        x, 1, width, EPSILON, gain, gradient, forGain, centred ? new double[width] : null);
    assertDifferences(x, gradient, slope, v -> normed(v, gain, bias));
    assertDifferences(gain, forGain, slope, v -> normed(x, v, bias));
  }

  private double[] normed(double[] x, double[] gain, double[] bias) {
    double[] to = new double[x.length];
    scalar.norm(x, 1, x.length, EPSILON, gain, bias, to);
    return to;
  }

  @Test
  void activationsAreThoseOfTheFormula() {
    double[] x = numbers(40, 1);
    double[] slope = numbers(40, 2);
    double[] gradient = slope.clone();
    scalar.geluGradient(x, 40, gradient);
    assertDifferences(
        x,
        gradient,
        slope,
        v -> {
          double[] to = new double[v.length];
          scalar.gelu(v, v.length, to);
          return to;
        });
    // Φ(1) and Φ(−2) from tables
    double[] to = new double[2];
    scalar.gelu(new double[] {1, -2}, 2, to);
    assertThat(to[0]).isCloseTo(0.8413447460685429, within(1e-14));
    assertThat(to[1]).isCloseTo(-2 * 0.0227501319481792, within(1e-14));
  }

  @Test
  void rotationTurnsPairs() {
    double[] pair = {1, 2, 3, 4};
    double c = Math.cos(0.3);
    double s = Math.sin(0.3);
    scalar.rotate(pair, 1, 4, new double[] {c, c, 1, 1}, new double[] {-s, s, 0, 0}, 0);
    assertThat(pair).containsExactly(c - 2 * s, 2 * c + s, 3, 4);
  }

  /** Also far out, where e^x has long underflown. */
  @Test
  void geluOfLargeNumbers() {
    float[] to = new float[4];
    vector.gelu(new float[] {-40, 40, -1e30f, 1e30f}, 4, to);
    assertThat(to).containsExactly(-0f, 40, -0f, 1e30f);
  }

  private static void assertDifferences(
      double[] at, double[] gradient, double[] slope, Function<double[], double[]> function) {
    for (int i = 0; i < at.length; i++) {
      double[] above = at.clone();
      above[i] += STEP;
      double[] below = at.clone();
      below[i] -= STEP;
      double[] high = function.apply(above);
      double[] low = function.apply(below);
      double difference =
          IntStream.range(0, slope.length).mapToDouble(j -> slope[j] * (high[j] - low[j])).sum();
      assertThat(gradient[i]).isCloseTo(difference / (2 * STEP), within(1e-7));
    }
  }
}
