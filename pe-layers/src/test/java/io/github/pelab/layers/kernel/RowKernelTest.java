package io.github.pelab.layers.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  /** As close as single precision can be. */
  private static void assertClose(double[] expected, float[] found) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i])
          .as("entry %d", i)
          .isCloseTo(expected[i], within(SINGLE * Math.max(1, Math.abs(expected[i]))));
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
    scalar.addSum(x, 0, ROWS, width, sum);
    vector.addSum(single(x), 0, ROWS, width, sums);
    assertClose(sum, sums);

    double[] shifted = x.clone();
    float[] shifts = single(x);
    scalar.addToEach(bias, ROWS, width, shifted, 0);
    vector.addToEach(single(bias), ROWS, width, shifts, 0);
    scalar.add(slope, 0, count, shifted, 0);
    vector.add(single(slope), 0, count, shifts, 0);
    assertClose(shifted, shifts);

    double longest = 1.7 * Math.sqrt(width); // some rows are longer
    double[] cut = x.clone();
    float[] cuts = single(x);
    scalar.cut(cut, ROWS, width, longest);
    vector.cut(cuts, ROWS, width, longest);
    assertClose(cut, cuts);
    assertThat(cut).isNotEqualTo(x);
    double[] uncut = slope.clone();
    float[] uncuts = single(slope);
    scalar.cutGradient(x, uncut, ROWS, width, longest);
    vector.cutGradient(single(x), uncuts, ROWS, width, longest);
    assertClose(uncut, uncuts);

    DropoutPattern pattern = new DropoutPattern(7, 0.4, 100, 3);
    int[] rows = {0, 9, 2, 7, 7};
    scalar.drop(shifted, 0, ROWS, width, pattern, rows, 0);
    vector.drop(shifts, 0, ROWS, width, pattern, rows, 0);
    assertClose(shifted, shifts);

    for (double[] ofNorm : new double[][] {bias, null}) {
      double[] normed = new double[count];
      float[] norms = new float[count];
      scalar.norm(x, 0, ROWS, width, EPSILON, gain, ofNorm, normed, 0);
      vector.norm(
          single(x),
          0,
          ROWS,
          width,
          EPSILON,
          single(gain),
          ofNorm == null ? null : single(bias),
          norms,
          0);
      assertClose(width == 1 && ofNorm != null ? widened(bias) : normed, norms);
      if (width > 2) { // else it is all cancellation
        assertNormGradientsAgree(x, width, gain, slope, ofNorm != null);
      }
    }

    double[] rectified = x.clone();
    float[] rectifieds = single(x);
    scalar.relu(rectified, 0, count);
    vector.relu(rectifieds, 0, count);
    assertClose(rectified, rectifieds);
    double[] through = slope.clone();
    float[] throughs = single(slope);
    scalar.reluGradient(rectified, through, 0, count);
    vector.reluGradient(rectifieds, throughs, 0, count);
    assertClose(through, throughs);

    double[] active = new double[count];
    float[] actives = new float[count];
    scalar.gelu(x, active, 0, count);
    vector.gelu(single(x), actives, 0, count);
    assertClose(active, actives);
    scalar.geluGradient(x, through, 0, count);
    vector.geluGradient(single(x), throughs, 0, count);
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
    scalar.normGradient(x, 0, ROWS, width, EPSILON, gain, gradient, 0, forGain, forBias);
    vector.normGradient(
        single(x), 0, ROWS, width, EPSILON, single(gain), gradients, 0, forGains, forBiases);
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
    scalar.norm(x, 0, 1, width, EPSILON, gain, bias, found, 0);
    for (int c = 0; c < width; c++) {
      double expected =
          (x[c] - mean) / Math.sqrt(square + EPSILON) * gain[c] + (centred ? bias[c] : 0);
      assertThat(found[c]).isCloseTo(expected, within(1e-13));
    }

    double[] slope = numbers(width, 4);
    double[] gradient = slope.clone();
    double[] forGain = new double[width];
    scalar.normGradient(
        x, 0, 1, width, EPSILON, gain, gradient, 0, forGain, centred ? new double[width] : null);
    assertDifferences(x, gradient, slope, v -> normed(v, gain, bias));
    assertDifferences(gain, forGain, slope, v -> normed(x, v, bias));
  }

  private double[] normed(double[] x, double[] gain, double[] bias) {
    double[] to = new double[x.length];
    scalar.norm(x, 0, 1, x.length, EPSILON, gain, bias, to, 0);
    return to;
  }

  @Test
  void activationsAreThoseOfTheFormula() {
    double[] x = numbers(40, 1);
    double[] slope = numbers(40, 2);
    double[] gradient = slope.clone();
    scalar.geluGradient(x, gradient, 0, 40);
    assertDifferences(
        x,
        gradient,
        slope,
        v -> {
          double[] to = new double[v.length];
          scalar.gelu(v, to, 0, v.length);
          return to;
        });
    // Φ(1) and Φ(−2) from tables
    double[] to = new double[2];
    scalar.gelu(new double[] {1, -2}, to, 0, 2);
    assertThat(to[0]).isCloseTo(0.8413447460685429, within(1e-14));
    assertThat(to[1]).isCloseTo(-2 * 0.0227501319481792, within(1e-14));
  }

  @Test
  void longRowsAreCut() {
    double[] x = {3, 4, 0.3, 0.4, 0, 0};
    double[] cut = x.clone();
    scalar.cut(cut, 3, 2, 2);
    assertThat(cut).containsExactly(new double[] {1.2, 1.6, 0.3, 0.4, 0, 0}, within(1e-15));
    double[] slope = {1, 2, 3, 4, 5, 6};
    double[] gradient = slope.clone();
    scalar.cutGradient(x, gradient, 3, 2, 2);
    assertDifferences(
        x,
        gradient,
        slope,
        v -> {
          double[] to = v.clone();
          scalar.cut(to, 3, 2, 2);
          return to;
        });
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
    vector.gelu(new float[] {-40, 40, -1e30f, 1e30f}, to, 0, 4);
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
