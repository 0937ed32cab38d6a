package io.github.pelab.layers.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.kernel.AttentionKernel;
import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import io.github.pelab.layers.kernel.DropoutPattern;
import io.github.pelab.layers.kernel.FeatureKernel;
import io.github.pelab.layers.kernel.Rows;
import io.github.pelab.layers.kernel.ScalarAttention;
import io.github.pelab.layers.kernel.ScalarFeatures;
import io.github.pelab.layers.kernel.VectorFeatures;
import io.github.pelab.layers.scheme.LagKernel;
import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.Schemes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both forms against every pair's weight by the polynomial, in double precision; what they
 * approximate against the exact kernel, within the bound that they state.
 */
class FastAttentionTest {
  /** Between two ways of adding up the same numbers, of the size of 1. */
  private static final double DOUBLE = 1e-10;

  private static final double SINGLE = 2e-5;
  private static final int HEADS = 4;

  /** Queries and keys not rotated yet, of which no logit is larger than a bound. */
  private record Problem(Head<double[]> head, Inputs<double[]> inputs) {
    static Problem random(int tokens, int size, double bound, boolean causal, boolean unseen) {
      SplittableRandom random = new SplittableRandom(31L * tokens + size);
      double[] keyBias = unseen ? new double[tokens] : null;
      for (int j = 0; unseen && j < tokens; j++) {
        keyBias[j] = j % 5 == 0 && tokens > 1 ? Double.NEGATIVE_INFINITY : 0.1 * (j % 3);
      }
      Inputs<double[]> inputs =
          new Inputs<>(
              rows(random, tokens, size),
              rows(random, tokens, size),
              rows(random, tokens, size + 1));
      Head<double[]> unscaled = new Head<>(tokens, size, size + 1, 1, null, keyBias, causal, null);
      double scale = bound / LogitBound.of(unscaled, inputs).largest();
      return new Problem(
          new Head<>(tokens, size, size + 1, scale, null, keyBias, causal, null), inputs);
    }

    /** With a margin, so that a wrong stride or offset shows. */
    private static Rows<double[]> rows(SplittableRandom random, int count, int size) {
      int stride = size + 2;
      return new Rows<>(
          random.doubles(3 + count * stride).map(u -> (float) (2 * u - 1)).toArray(), 3, stride);
    }

    Rows<double[]> outputs() {
      return new Rows<>(new double[head.tokens() * head.valueSize()], 0, head.valueSize());
    }

    /** By weights of each pair, e to the bias times e or p to the logit. */
    Rows<double[]> dense(LagKernel kernel, ExpPolynomial polynomial) {
      Rows<double[]> outputs = outputs();
      for (int i = 0; i < head.tokens(); i++) {
        double sum = 0;
        double[] mixed = new double[head.valueSize()];
        for (int j = 0; j < (head.causal() ? i + 1 : head.tokens()); j++) {
          int lag = i - j + head.tokens() - 1;
          double logit = 0;
          for (int c = 0; c < head.keySize(); c += 2) {
            boolean pair = c + 1 < head.keySize();
            double qr = at(inputs.query(), i, c);
            double qi = pair ? at(inputs.query(), i, c + 1) : 0;
            double kr = at(inputs.key(), j, c);
            double ki = pair ? at(inputs.key(), j, c + 1) : 0;
            logit += (qr * kr + qi * ki) * kernel.cos()[c / 2][lag];
            logit -= (qi * kr - qr * ki) * kernel.sin()[c / 2][lag];
          }
          logit *= head.scale();
          double weight =
              (polynomial == null ? Math.exp(logit) : polynomial.value(logit))
                  * Math.exp(kernel.bias()[lag])
                  * (head.keyBias() == null ? 1 : Math.exp(head.keyBias()[j]));
          sum += weight;
          for (int c = 0; c < mixed.length; c++) {
            mixed[c] += weight * at(inputs.value(), j, c);
          }
        }
        for (int c = 0; c < mixed.length; c++) {
          outputs.data()[i * mixed.length + c] = sum == 0 ? 0 : mixed[c] / sum;
        }
      }
      return outputs;
    }

    /** With queries and keys turned by a rotation. */
    Problem turned(LagKernel rope) {
      return new Problem(
          head,
          new Inputs<>(turned(rope, inputs.query()), turned(rope, inputs.key()), inputs.value()));
    }

    private Rows<double[]> turned(LagKernel rope, Rows<double[]> rows) {
      Rows<double[]> turned = new Rows<>(rows.data().clone(), rows.offset(), rows.stride());
      for (int i = 0; i < head.tokens(); i++) {
        for (int c = 0; c < head.keySize(); c += 2) {
          double cos = rope.cos()[c / 2][i + head.tokens() - 1];
          double sin = rope.sin()[c / 2][i + head.tokens() - 1];
          int place = rows.offset() + i * rows.stride() + c;
          turned.data()[place] = at(rows, i, c) * cos - at(rows, i, c + 1) * sin;
          turned.data()[place + 1] = at(rows, i, c + 1) * cos + at(rows, i, c) * sin;
        }
      }
      return turned;
    }

    double largestValue() {
      return IntStream.range(0, head.tokens())
          .mapToDouble(
              j ->
                  IntStream.range(0, head.valueSize())
                      .mapToDouble(c -> Math.abs(at(inputs.value(), j, c)))
                      .max()
                      .orElseThrow())
          .max()
          .orElseThrow();
    }
  }

  private static double at(Rows<double[]> rows, int i, int c) {
    return rows.data()[rows.offset() + i * rows.stride() + c];
  }

  /** Neither rotation nor bias. */
  private static LagKernel nothing(int tokens, int size) {
    int pairs = (size + 1) / 2;
    double[][] cos = new double[pairs][2 * tokens - 1];
    Arrays.stream(cos).forEach(pair -> Arrays.fill(pair, 1));
    return new LagKernel(
        tokens, cos, new double[pairs][2 * tokens - 1], new double[2 * tokens - 1]);
  }

  private static double largestDifference(Rows<double[]> x, Rows<double[]> y) {
    return IntStream.range(0, x.data().length)
        .mapToDouble(at -> Math.abs(x.data()[at] - y.data()[at]))
        .max()
        .orElseThrow();
  }

  private static Rows<double[]> byFeatures(Problem problem, ExpPolynomial polynomial) {
    return by(problem, new FeatureAttention<>(polynomial, new ScalarFeatures()));
  }

  private static Rows<double[]> by(Problem problem, AttentionKernel<double[]> kernel) {
    Rows<double[]> outputs = problem.outputs();
    kernel.forward(problem.head(), problem.inputs(), outputs, new double[problem.head().tokens()]);
    return outputs;
  }

  private static Rows<double[]> byFourier(
      Problem problem, LagKernel kernel, ExpPolynomial polynomial) {
    Rows<double[]> outputs = problem.outputs();
    new ToeplitzAttention(polynomial)
        .attend(
            problem.head(), kernel, problem.inputs(), outputs, new double[problem.head().tokens()]);
    return outputs;
  }

  static Stream<Arguments> sizes() {
    return IntStream.of(1, 2, 13, 64, 65, 127, 200)
        .boxed()
        .flatMap(
            tokens ->
                Stream.of(
                    Arguments.of(tokens, 1, 5),
                    Arguments.of(tokens, 4, 4),
                    Arguments.of(tokens, 7, 3),
                    Arguments.of(tokens, 8, 2)));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void bothFormsAreThePolynomialOfEachPair(int tokens, int size, int degree) {
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(degree, 1.5);
    for (boolean causal : new boolean[] {false, true}) {
      for (boolean unseen : new boolean[] {false, true}) {
        Problem problem = Problem.random(tokens, size, 1.5, causal, unseen);
        LagKernel kernel = nothing(tokens, size);
        Rows<double[]> expected = problem.dense(kernel, polynomial);
        assertThat(largestDifference(expected, byFeatures(problem, polynomial)))
            .as("features, causal %s, unseen %s", causal, unseen)
            .isLessThan(DOUBLE);
        assertThat(largestDifference(expected, byFourier(problem, kernel, polynomial)))
            .as("Fourier, causal %s, unseen %s", causal, unseen)
            .isLessThan(DOUBLE);
        Rows<double[]> single =
            by(problem, new FeatureAttention<>(polynomial, new VectorFeatures()));
        assertThat(largestDifference(expected, single))
            .as("in single precision, causal %s, unseen %s", causal, unseen)
            .isLessThan(SINGLE);
      }
    }
  }

  /** Another coefficient of the polynomial would show. */
  @Test
  void anotherPolynomialIsNotTheSame() {
    Problem problem = Problem.random(65, 4, 1.5, false, false);
    Rows<double[]> expected = problem.dense(nothing(65, 4), ExpPolynomial.ofDegree(4, 1.5001));
    assertThat(largestDifference(expected, byFeatures(problem, ExpPolynomial.ofDegree(4, 1.5))))
        .isGreaterThan(1e-8);
  }

  static Stream<Arguments> schemes() {
    return Stream.of(
            "nope",
            "rope",
            "rope(fraction=0.5)",
            "alibi",
            "t5",
            "rope+alibi",
            "rope(base=100)+t5",
            "alibi(slopes=released)+rope")
        .flatMap(scheme -> IntStream.of(1, 33, 64).mapToObj(n -> Arguments.of(scheme, n)));
  }

  private static LagKernel kernel(String scheme, int head, int size, int tokens) {
    PositionalScheme parsed = Schemes.parse(scheme);
    SplittableRandom random = new SplittableRandom(5);
    double[][] table =
        parsed
            .learnedLagBias()
            .map(
                bias ->
                    Stream.generate(() -> random.doubles(HEADS).toArray())
                        .limit(bias.buckets(tokens))
                        .toArray(double[][]::new))
            .orElse(null);
    return LagKernel.of(
        parsed, head, HEADS, size, tokens, new PositionTables.Learned(tokens, null, table));
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void fourierTakesWhateverDependsOnTheLag(String scheme, int tokens) {
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(3, 1);
    for (int head = 0; head < HEADS; head += 3) {
      for (boolean causal : new boolean[] {false, true}) {
        for (boolean windowed : new boolean[] {false, true}) {
          Problem problem = Problem.random(tokens, 6, 1, causal, false);
          LagKernel kernel = kernel(scheme, head, 6, tokens);
          if (windowed) {
            for (int lag = 5; lag < tokens; lag++) {
              kernel.bias()[tokens - 1 + lag] = Double.NEGATIVE_INFINITY;
              kernel.bias()[tokens - 1 - lag] = Double.NEGATIVE_INFINITY;
            }
          }
          assertThat(
                  largestDifference(
                      problem.dense(kernel, polynomial), byFourier(problem, kernel, polynomial)))
              .as("head %d, causal %s, windowed %s", head, causal, windowed)
              .isLessThan(DOUBLE);
        }
      }
    }
  }

  /** Of random sizes, keys that are not seen among them; the logarithmic bias is KERPLE's. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24
      })
  void bothFormsAtRandomSizes(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int tokens = 1 + random.nextInt(160);
    int size = 2 * (1 + random.nextInt(3));
    int degree = 1 + random.nextInt(4);
    List<String> schemes = List.of("nope", "rope", "rope+alibi", "t5", "alibi(slopes=released)");
    LagKernel kernel = kernel(schemes.get(random.nextInt(schemes.size())), 1, size, tokens);
    for (int lag = 1; random.nextBoolean() && lag < tokens; lag++) {
      kernel.bias()[tokens - 1 + lag] -= 2 * Math.log(1 + lag);
      kernel.bias()[tokens - 1 - lag] -= 2 * Math.log(1 + lag);
    }
    Problem problem = Problem.random(tokens, size, 0.5, random.nextBoolean(), random.nextBoolean());
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(degree, 0.5);
    assertThat(
            largestDifference(
                problem.dense(kernel, polynomial), byFourier(problem, kernel, polynomial)))
        .isLessThan(DOUBLE);
    LagKernel rope = kernel("rope", 0, size, tokens);
    assertThat(
            largestDifference(
                problem.dense(rope, polynomial), byFeatures(problem.turned(rope), polynomial)))
        .isLessThan(DOUBLE);
  }

  /** Of which transforms leave nothing but rounding. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void queriesFarFromAllThatTheySee(boolean causal) {
    int tokens = 128;
    Problem random = Problem.random(tokens, 4, 1, causal, false);
    double[] keyBias = new double[tokens];
    Arrays.fill(keyBias, 20, tokens, Double.NEGATIVE_INFINITY);
    Head<double[]> head =
        new Head<>(tokens, 4, 5, random.head().scale(), null, keyBias, causal, null);
    Problem problem = new Problem(head, random.inputs());
    LagKernel alibi = kernel("alibi(slopes=released)", 0, 4, tokens);
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(3, 1);
    Rows<double[]> expected = problem.dense(alibi, polynomial);
    assertThat(largestDifference(expected, byFourier(problem, alibi, polynomial)))
        .isLessThan(DOUBLE);
    assertThat(expected.data()[tokens * 5 - 1]).as("the last query sees something").isNotZero();
  }

  /** A layer's kernel takes whichever is less work: pairs for few tokens, transforms for many. */
  @ParameterizedTest
  @ValueSource(ints = {20, 2000})
  void withALagBiasBothWaysGiveTheSame(int tokens) {
    Problem problem = Problem.random(tokens, 2, 1, true, true);
    LagKernel alibi = kernel("alibi", 1, 2, tokens);
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(2, 1);
    Head<double[]> head = problem.head();
    assertThat(LagBiasedAttention.byTransforms(head, polynomial)).isEqualTo(tokens == 2000);
    Head<double[]> biased =
        new Head<>(tokens, 2, 3, head.scale(), alibi.bias(), head.keyBias(), true, null);
    Rows<double[]> outputs = problem.outputs();
    FastAttention.ofDoubles(polynomial, new ScalarFeatures())
        .forward(biased, problem.inputs(), outputs, new double[tokens]);
    assertThat(largestDifference(problem.dense(alibi, polynomial), outputs)).isLessThan(DOUBLE);
  }

  /** A number among very many of its like is not rounded away. */
  @Test
  void inSinglePrecisionTheBoundHoldsForVeryManyTokens() {
    int tokens = 1 << 17;
    Problem random = Problem.random(tokens, 2, 1, false, false);
    Rows<double[]> values = random.inputs().value();
    Arrays.fill(values.data(), 0.51f);
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(8, 1);
    Rows<double[]> outputs = random.outputs();
    double bound =
        new FeatureAttention<double[]>(polynomial, new VectorFeatures())
            .attend(random.head(), random.inputs(), outputs, new double[tokens]);
    assertThat(bound).isLessThan(1e-5);
    assertThat(Arrays.stream(outputs.data()).map(x -> Math.abs(x - 0.51f)).max().orElseThrow())
        .isLessThan(bound);
  }

  /** Lag factors that are no rotations, as xPos has them: they do not factorise. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fourierTakesLagFactorsThatAreNoRotations(boolean causal) {
    int tokens = 41;
    Problem problem = Problem.random(tokens, 4, 1, causal, true);
    LagKernel rope = kernel("rope", 0, 4, tokens);
    for (int at = 0; at < 2 * tokens - 1; at++) {
      double decay = 1 / (1 + 0.1 * Math.abs(at - tokens + 1));
      for (int p = 0; p < 2; p++) {
        rope.cos()[p][at] *= decay;
        rope.sin()[p][at] *= decay;
      }
    }
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(4, 1);
    assertThat(
            largestDifference(
                problem.dense(rope, polynomial), byFourier(problem, rope, polynomial)))
        .isLessThan(DOUBLE);
  }

  /** In double precision, random and adversarial. */
  @ParameterizedTest
  @ValueSource(doubles = {0.25, 1, 2, 4})
  void theErrorIsWithinItsBound(double bound) {
    for (int degree : new int[] {2, 3, 4, 6}) {
      if (bound == 4 && degree < 4) {
        continue; // no such polynomial has an error below a half
      }
      ExpPolynomial polynomial = ExpPolynomial.ofDegree(degree, bound);
      for (boolean causal : new boolean[] {false, true}) {
        Stream.of(
                Problem.random(150, 4, bound, causal, false), adversarial(150, polynomial, causal))
            .forEach(
                problem -> {
                  double error =
                      largestDifference(
                          by(problem, new ScalarAttention()), byFeatures(problem, polynomial));
                  assertThat(error)
                      .as("degree %d, causal %s", degree, causal)
                      .isLessThanOrEqualTo(
                          polynomial.outputError() * problem.largestValue() + DOUBLE);
                });
      }
    }
  }

  /**
   * Logits where the polynomial is most too large and most too small, of keys whose biases make
   * their true weights equal, with values of opposite signs.
   */
  private static Problem adversarial(int tokens, ExpPolynomial polynomial, boolean causal) {
    double above = extreme(polynomial, 1);
    double below = extreme(polynomial, -1);
    double[] query = new double[tokens];
    double[] key = new double[tokens];
    double[] value = new double[tokens];
    double[] keyBias = new double[tokens];
    Arrays.fill(query, 1);
    for (int j = 0; j < tokens; j++) {
      key[j] = j % 2 == 0 ? above : below;
      keyBias[j] = -key[j];
      value[j] = j % 2 == 0 ? 1 : -1;
    }
    return new Problem(
        new Head<>(tokens, 1, 1, 1, null, keyBias, causal, null),
        new Inputs<>(new Rows<>(query, 0, 1), new Rows<>(key, 0, 1), new Rows<>(value, 0, 1)));
  }

  /** Where the relative error of this sign is largest. */
  private static double extreme(ExpPolynomial polynomial, int sign) {
    return IntStream.rangeClosed(0, 2000)
        .mapToObj(i -> polynomial.bound() * (i / 1000.0 - 1))
        .max(Comparator.comparingDouble(x -> sign * (polynomial.value(x) * Math.exp(-x) - 1)))
        .orElseThrow();
  }

  /** Half of the bound is used: it is no trifle. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void theBoundIsNotFarFromWhatCanHappen(int degree) {
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(degree, 1);
    Problem problem = adversarial(150, polynomial, false);
    assertThat(
            largestDifference(by(problem, new ScalarAttention()), byFeatures(problem, polynomial)))
        .isGreaterThan(0.4 * polynomial.outputError());
  }

  /** Where all logits are as low as they may be, nothing is left but what powers cancel to. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 3, 5})
  void inSinglePrecisionTheBoundHasRoomForRounding(double bound) {
    int tokens = 200;
    double[] query = new double[tokens];
    double[] key = new double[tokens];
    double[] value = new double[tokens];
    for (int i = 0; i < tokens; i++) {
      query[i] = -Math.sqrt(bound) * (1 - 1e-3 * (i % 5));
      key[i] = Math.sqrt(bound) * (1 - 1e-3 * (i % 7));
      value[i] = i % 3 - 1;
    }
    Problem problem =
        new Problem(
            new Head<>(tokens, 1, 1, 1, null, null, false, null),
            new Inputs<>(new Rows<>(query, 0, 1), new Rows<>(key, 0, 1), new Rows<>(value, 0, 1)));
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(20, bound);
    VectorFeatures kernel = new VectorFeatures();
    assertThat(
            largestDifference(
                by(problem, new ScalarAttention()),
                by(problem, new FeatureAttention<>(polynomial, kernel))))
        .isLessThan(polynomial.outputError(kernel.roundoff()))
        .isGreaterThan(polynomial.outputError());
  }

  @Test
  void aBoundThatRoundingLeavesNothingOfIsRefused() {
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(12, 8);
    Problem problem = Problem.random(5, 2, 8, false, false);
    assertThatThrownBy(() -> by(problem, new FeatureAttention<>(polynomial, new VectorFeatures())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bound 8.0 is too large for sums that are rounded by 4.8e-07")
        .hasMessageContaining("give 5.3 at most, or take double precision");
    by(problem, new FeatureAttention<>(polynomial, new ScalarFeatures()));
    assertThat(polynomial.outputError(0x1p-11)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  /** To the bit: what is far too large for powers in one is as much too small in the other. */
  @ParameterizedTest
  @ValueSource(ints = {-60, 60})
  void howLengthIsSharedByQueriesAndKeysIsAllTheSame(int exponent) {
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(12, 2);
    for (FeatureKernel kernel : List.of(new ScalarFeatures(), new VectorFeatures())) {
      Problem problem = Problem.random(70, 3, 2, false, false);
      Rows<double[]> before = by(problem, new FeatureAttention<>(polynomial, kernel));
      scale(problem.inputs().query(), exponent);
      scale(problem.inputs().key(), -exponent);
      assertThat(by(problem, new FeatureAttention<>(polynomial, kernel)).data())
          .isEqualTo(before.data());
    }
  }

  private static void scale(Rows<double[]> rows, int exponent) {
    for (int at = 0; at < rows.data().length; at++) {
      rows.data()[at] = Math.scalb(rows.data()[at], exponent);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsAreThoseOfDifferences(boolean causal) {
    int tokens = 70;
    Problem problem = Problem.random(tokens, 3, 1.5, causal, true);
    // Within the bound, for what is added to take differences.
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(4, 1.6);
    SplittableRandom random = new SplittableRandom(9);
    Rows<double[]> slope =
        new Rows<>(random.doubles(tokens * 4L).map(u -> u - 0.5).toArray(), 0, 4);
    AttentionKernel<double[]> kernel = new FeatureAttention<>(polynomial, new ScalarFeatures());
    Inputs<double[]> gradients = gradients(problem, kernel, slope, null);
    Inputs<double[]> single =
        gradients(problem, new FeatureAttention<>(polynomial, new VectorFeatures()), slope, null);
    for (int part = 0; part < 3; part++) {
      Rows<double[]> input = part(problem.inputs(), part);
      Rows<double[]> gradient = part(gradients, part);
      int size = part == 2 ? 4 : 3;
      for (int i = 0; i < tokens; i++) {
        for (int c = 0; c < size; c++) {
          int at = input.offset() + i * input.stride() + c;
          assertThat(at(gradient, i, c))
              .as("part %d, row %d, component %d", part, i, c)
              .isCloseTo(difference(problem, kernel, slope, input.data(), at), within(1e-8));
        }
      }
      assertThat(largestDifference(gradient, part(single, part))).isLessThan(SINGLE);
    }
  }

  /** Pair by pair, the bias's gradient too. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientsWithALagBiasAreThoseOfDifferences(boolean causal) {
    int tokens = 9;
    Problem unbiased = Problem.random(tokens, 3, 1.5, causal, true);
    Head<double[]> head = unbiased.head();
    SplittableRandom random = new SplittableRandom(9);
    double[] lagBias = random.doubles(2L * tokens - 1).toArray();
    Problem problem =
        new Problem(
            new Head<>(tokens, 3, 4, head.scale(), lagBias, head.keyBias(), head.causal(), null),
            unbiased.inputs());
    AttentionKernel<double[]> kernel =
        FastAttention.ofDoubles(ExpPolynomial.ofDegree(4, 1.6), new ScalarFeatures());
    Rows<double[]> slope =
        new Rows<>(random.doubles(tokens * 4L).map(u -> u - 0.5).toArray(), 0, 4);
    double[] lagBiasGradient = new double[2 * tokens - 1];
    Inputs<double[]> gradients = gradients(problem, kernel, slope, lagBiasGradient);
    for (int lag = 0; lag < lagBias.length; lag++) {
      assertThat(lagBiasGradient[lag])
          .isCloseTo(difference(problem, kernel, slope, lagBias, lag), within(1e-8));
    }
    for (int part = 0; part < 3; part++) {
      Rows<double[]> input = part(problem.inputs(), part);
      for (int i = 0; i < tokens; i++) {
        assertThat(at(part(gradients, part), i, 1))
            .isCloseTo(
                difference(
                    problem, kernel, slope, input.data(), input.offset() + i * input.stride() + 1),
                within(1e-8));
      }
    }
  }

  private static double difference(
      Problem problem,
      AttentionKernel<double[]> kernel,
      Rows<double[]> slope,
      double[] numbers,
      int at) {
    double before = numbers[at];
    numbers[at] = before + 1e-5;
    double above = loss(problem, kernel, slope);
    numbers[at] = before - 1e-5;
    double below = loss(problem, kernel, slope);
    numbers[at] = before;
    return (above - below) / 2e-5;
  }

  private static Rows<double[]> part(Inputs<double[]> of, int part) {
    return part == 0 ? of.query() : part == 1 ? of.key() : of.value();
  }

  private static Inputs<double[]> gradients(
      Problem problem,
      AttentionKernel<double[]> kernel,
      Rows<double[]> slope,
      double[] lagBiasGradient) {
    int n = problem.head().tokens();
    Rows<double[]> outputs = problem.outputs();
    double[] logSum = new double[n];
    kernel.forward(problem.head(), problem.inputs(), outputs, logSum);
    Inputs<double[]> gradients =
        new Inputs<>(
            new Rows<>(new double[n * 3], 0, 3),
            new Rows<>(new double[n * 3], 0, 3),
            new Rows<>(new double[n * 4], 0, 4));
    kernel.backward(
        problem.head(), problem.inputs(), outputs, logSum, slope, gradients, lagBiasGradient);
    return gradients;
  }

  private static double loss(
      Problem problem, AttentionKernel<double[]> kernel, Rows<double[]> slope) {
    Rows<double[]> outputs = by(problem, kernel);
    return IntStream.range(0, slope.data().length)
        .mapToDouble(at -> slope.data()[at] * outputs.data()[at])
        .sum();
  }

  @Test
  void logitsOutsideTheBoundAreRefusedWithTheirSize() {
    Problem problem = Problem.random(20, 4, 3, false, false);
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(4, 2);
    assertThatThrownBy(() -> byFeatures(problem, polynomial))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("logits may come to 3")
        .hasMessageContaining("degree 4 holds up to 2.0")
        .hasMessageContaining("take multi-head");
    assertThatThrownBy(() -> byFourier(problem, nothing(20, 4), polynomial))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("logits may come to 3");
    LagKernel louder = nothing(20, 4);
    Arrays.fill(louder.cos()[1], 2);
    assertThatThrownBy(() -> byFourier(problem, louder, ExpPolynomial.ofDegree(4, 3)))
        .hasMessageContaining("logits may come to 6");
    problem.inputs().query().data()[3] = Double.NaN;
    assertThatThrownBy(() -> byFeatures(problem, ExpPolynomial.ofDegree(4, 4)))
        .hasMessageContaining("NaN");
  }

  /** A key that nobody sees may be as large as it likes: its powers are no numbers. */
  @Test
  void whatIsNotSeenIsNotBounded() {
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(12, 1);
    for (FeatureKernel kernel : List.of(new ScalarFeatures(), new VectorFeatures())) {
      Problem problem = Problem.random(20, 2, 1, false, true);
      Rows<double[]> before = by(problem, new FeatureAttention<>(polynomial, kernel));
      Rows<double[]> byFourier = byFourier(problem, nothing(20, 2), polynomial);
      problem.inputs().key().data()[3] = 1e30;
      problem.inputs().value().data()[3] = 1e30;
      assertThat(byFourier(problem, nothing(20, 2), polynomial).data()).isEqualTo(byFourier.data());
      assertThat(by(problem, new FeatureAttention<>(polynomial, kernel)).data())
          .isEqualTo(before.data());
    }
  }

  @Test
  void noOutputDependsOnLaterTokensUnderACausalMask() {
    Problem problem = Problem.random(150, 4, 1, true, false);
    ExpPolynomial polynomial = ExpPolynomial.ofDegree(3, 1);
    Rows<double[]> before = byFeatures(problem, polynomial);
    Rows<double[]> key = problem.inputs().key();
    key.data()[key.offset() + 100 * key.stride()] /= 2;
    Rows<double[]> after = byFeatures(problem, polynomial);
    int size = problem.head().valueSize();
    assertThat(Arrays.copyOf(after.data(), 100 * size))
        .isEqualTo(Arrays.copyOf(before.data(), 100 * size));
    assertThat(after.data()[100 * size]).isNotEqualTo(before.data()[100 * size]);
  }

  @Test
  void whatFeaturesCannotDoIsRefused() {
    Problem problem = Problem.random(4, 2, 1, false, false);
    Head<double[]> head = problem.head();
    FastAttention<double[]> kernel =
        FastAttention.ofDoubles(ExpPolynomial.ofDegree(2, 1), new ScalarFeatures());
    Head<double[]> dropping =
        new Head<>(4, 2, 3, head.scale(), null, null, false, new DropoutPattern(1, 0.5));
    Rows<double[]> outputs = problem.outputs();
    assertThatThrownBy(() -> kernel.forward(dropping, problem.inputs(), outputs, new double[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no weights that could be dropped");
    Head<double[]> biased = new Head<>(4, 2, 3, head.scale(), new double[7], null, false, null);
    kernel.forward(biased, problem.inputs(), outputs, new double[4]);
    assertThat(largestDifference(outputs, byFeatures(problem, ExpPolynomial.ofDegree(2, 1))))
        .isLessThan(DOUBLE);
  }
}
