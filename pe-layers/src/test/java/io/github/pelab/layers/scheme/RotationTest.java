package io.github.pelab.layers.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a rotation promises: of every scheme that has one, by the tables that kernels read. */
class RotationTest {
  private static final double ROUNDING = 1e-12;
  private static final double BROKEN = 1e-6;
  private static final int HEADS = 3;
  private static final int K = 8;
  private static final int LENGTH = 40;
  private static final int[] SHIFTS = {1, 7, 25};

  static Stream<PositionalScheme> rotating() {
    return Stream.concat(
            Schemes.all().stream().map(SchemeFactory::name),
            Stream.of("rope(base=7)", "rope+alibi", "rope(base=0.5)"))
        .map(Schemes::parse)
        .filter(scheme -> scheme.rotation().isPresent());
  }

  @ParameterizedTest
  @MethodSource("rotating")
  void scoresDependOnTheLagOnly(PositionalScheme scheme) {
    PositionTables tables =
        PositionTables.of(scheme, HEADS, K, HEADS * K, LENGTH, PositionTables.Learned.NOTHING);
    double largestChangeWithTheLag = 0;
    for (int head = 0; head < HEADS; head++) {
      double[] q = random(head);
      double[] k = random(head + HEADS);
      for (int i = 0; i < LENGTH - 25; i++) {
        for (int j = 0; j < LENGTH - 25; j++) {
          double score = dot(rotated(tables, head, i, q), rotated(tables, head, j, k));
          for (int shift : SHIFTS) {
            assertThat(
                    dot(rotated(tables, head, i + shift, q), rotated(tables, head, j + shift, k)))
                .isCloseTo(score, within(ROUNDING));
          }
          double otherLag = dot(rotated(tables, head, i + 1, q), rotated(tables, head, j, k));
          largestChangeWithTheLag = Math.max(largestChangeWithTheLag, Math.abs(otherLag - score));
        }
      }
    }
    // A rotation by nothing would have passed all of the above.
    assertThat(largestChangeWithTheLag).isGreaterThan(BROKEN);
  }

  @ParameterizedTest
  @MethodSource("rotating")
  void normsArePreserved(PositionalScheme scheme) {
    PositionTables tables =
        PositionTables.of(scheme, HEADS, K, HEADS * K, LENGTH, PositionTables.Learned.NOTHING);
    for (int head = 0; head < HEADS; head++) {
      double[] x = random(head);
      for (int t = 0; t < LENGTH; t++) {
        double[] y = rotated(tables, head, t, x);
        assertThat(dot(y, y)).isCloseTo(dot(x, x), within(ROUNDING));
      }
      assertThat(rotated(tables, head, 0, x)).isEqualTo(x);
    }
  }

  /** 10000^(−2p/8) = 10^(−p). */
  @Test
  void frequenciesOfRope() {
    Rotation rotation = Schemes.parse("rope").rotation().orElseThrow();
    double[] frequencies =
        IntStream.range(0, 4).mapToDouble(pair -> rotation.frequency(0, 1, pair, 8)).toArray();
    assertThat(frequencies).containsExactly(new double[] {1, 0.1, 0.01, 0.001}, within(1e-16));
  }

  @Test
  void ropeIsTheSameInEveryHead() {
    Rotation rotation = Schemes.parse("rope(base=500)").rotation().orElseThrow();
    for (int pair = 0; pair < 4; pair++) {
      double first = rotation.frequency(0, HEADS, pair, K);
      assertThat(rotation.frequency(1, HEADS, pair, K)).isEqualTo(first);
      assertThat(first).isCloseTo(Math.pow(500, -pair / 4.0), within(1e-15));
    }
  }

  @ParameterizedTest
  @MethodSource("rotating")
  void refusesAnOddHeadSize(PositionalScheme scheme) {
    for (int headSize : List.of(1, 3)) {
      org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
          .isThrownBy(() -> scheme.check(2, headSize))
          .withMessage(
              "scheme %s turns pairs of components and needs an even head size, found %d"
                  + " (width %d / 2 heads); choose a width that is a multiple of 4",
              scheme, headSize, 2 * headSize);
    }
  }

  /** Written as a complex product, not as the tables' users write it. */
  private static double[] rotated(PositionTables tables, int head, int t, double[] x) {
    double[] y = new double[K];
    for (int p = 0; p < K / 2; p++) {
      double re = tables.cos()[(head * LENGTH + t) * (K / 2) + p];
      double im = tables.sin()[(head * LENGTH + t) * (K / 2) + p];
      y[2 * p] = re * x[2 * p] - im * x[2 * p + 1];
      y[2 * p + 1] = re * x[2 * p + 1] + im * x[2 * p];
    }
    return y;
  }

  private static double dot(double[] x, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(c -> x[c] * y[c]).sum();
  }

  private static double[] random(long seed) {
    return new Random(seed).doubles(K, -1, 1).toArray();
  }
}
