package io.github.pelab.layers.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scalar kernel against whole matrices and central differences, the vector kernel against the
 * scalar one, at sizes that fill tiles and at sizes that do not.
 */
class AttentionKernelTest {
  /** Of the root mean square of what is compared. */
  private static final double SINGLE = 1e-5;

  private static final double DOUBLE = 1e-12;

  /** A head and its data, in double precision. */
  private record Problem(
      Head<double[]> head, Inputs<double[]> inputs, Rows<double[]> outputGradient) {

    static Problem random(
        int tokens, int keySize, int valueSize, boolean biased, boolean causal, double dropout) {
      SplittableRandom random = new SplittableRandom(tokens * 31L + keySize);
      double[] lagBias = biased ? normals(random, 2 * tokens - 1) : null;
      double[] keyBias = biased ? new double[tokens] : null;
      for (int j = 1; biased && j < tokens; j++) {
        keyBias[j] = j % 5 == 3 ? Double.NEGATIVE_INFINITY : 0;
      }
      return new Problem(
          new Head<>(
              tokens,
              keySize,
              valueSize,
              1 / Math.sqrt(keySize),
              lagBias,
              keyBias,
              causal,
              dropout == 0 ? null : new DropoutPattern(7, dropout, 1000, 3)),
          new Inputs<>(
              rows(random, tokens, keySize),
              rows(random, tokens, keySize),
              rows(random, tokens, valueSize)),
          rows(random, tokens, valueSize));
    }

    private static double[] normals(SplittableRandom random, int size) {
      return random.doubles(size).map(x -> (float) (4 * x - 2)).toArray();
    }

    /** With a margin, so that a wrong stride or offset shows. */
    private static Rows<double[]> rows(SplittableRandom random, int count, int size) {
      return new Rows<>(normals(random, 3 + count * (size + 2)), 3, size + 2);
    }

    private int tokens() {
      return head.tokens();
    }
  }

  /** What a kernel makes of a problem, rows one after another. */
  @SuppressWarnings("ArrayRecordComponent") // plain arrays, not compared as records
  private record Result(
      double[] output,
      double[] logSum,
      double[] query,
      double[] key,
      double[] value,
      double[] lagBias) {

    Stream<double[]> parts() {
      return Stream.of(output, logSum, query, key, value, lagBias);
    }
  }

  static Stream<Arguments> sizes() {
    return IntStream.of(1, 2, 13, 63, 64, 111, 128, 200)
        .boxed()
        .flatMap(
            tokens ->
                IntStream.of(1, 4, 13, 16, 33, 64)
                    .mapToObj(size -> Arguments.of(tokens, size, size % 2 == 0 ? size : size + 3)));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void vectorsGiveWhatScalarsGive(int tokens, int keySize, int valueSize) {
    for (boolean biased : new boolean[] {false, true}) {
      for (boolean causal : new boolean[] {false, true}) {
        for (double dropout : new double[] {0, 0.3}) {
          Problem problem = Problem.random(tokens, keySize, valueSize, biased, causal, dropout);
          Result expected = scalar(problem);
          Result found = vector(problem);
          double[][] parts = found.parts().toArray(double[][]::new);
          double[][] references = expected.parts().toArray(double[][]::new);
          for (int part = 0; part < parts.length; part++) {
            assertThat(relative(references[part], parts[part]))
                .as("part %d, biased %s, causal %s, dropout %s", part, biased, causal, dropout)
                .isLessThan(SINGLE);
          }
        }
      }
    }
  }

  /**
   * Root mean square of the difference over that of the reference, or over a tenth if that is more.
   */
  private static double relative(double[] reference, double[] found) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < reference.length; i++) {
      error += Math.pow(found[i] - reference[i], 2);
      size += Math.pow(reference[i], 2);
    }
    return Math.sqrt(error / Math.max(size, reference.length));
  }

  @Test
  void anotherScaleWouldShow() {
    Problem problem = Problem.random(63, 16, 16, true, false, 0);
    Head<double[]> head = problem.head();
    Head<double[]> other =
        new Head<>(
            head.tokens(),
            head.keySize(),
            head.valueSize(),
            head.scale() * 1.0002,
            head.lagBias(),
            head.keyBias(),
            head.causal(),
            head.dropout());
    Result expected = scalar(problem);
    Result found = vector(new Problem(other, problem.inputs(), problem.outputGradient()));
    assertThat(relative(expected.output(), found.output())).isGreaterThan(SINGLE);
    assertThat(relative(expected.key(), found.key())).isGreaterThan(SINGLE);
  }

  /** Far logits, as in a trained model: one weight is nearly 1, most are 0. */
  @Test
  void sharpWeightsAreNoTrouble() {
    Problem problem = Problem.random(128, 16, 16, false, false, 0);
    Head<double[]> head = problem.head();
    Head<double[]> sharp = new Head<>(128, 16, 16, 100 * head.scale(), null, null, false, null);
    Problem far = new Problem(sharp, problem.inputs(), problem.outputGradient());
    assertThat(relative(scalar(far).output(), vector(far).output())).isLessThan(1e-3);
    assertThat(vector(far).parts().flatMapToDouble(Arrays::stream).allMatch(Double::isFinite))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void scalarsGiveWhatMatricesGive(int tokens, int keySize, int valueSize) {
    Problem problem = Problem.random(tokens, keySize, valueSize, true, true, 0.3);
    Head<double[]> head = problem.head();
    Result found = scalar(problem);
    for (int i = 0; i < tokens; i++) {
      double[] weights = new double[tokens];
      double sum = 0;
      for (int j = 0; j <= i; j++) {
        double logit = 0;
        for (int c = 0; c < keySize; c++) {
          logit += entry(problem.inputs().query(), i, c) * entry(problem.inputs().key(), j, c);
        }
        weights[j] =
            Math.exp(
                logit / Math.sqrt(keySize)
                    + head.lagBias()[i - j + tokens - 1]
                    + head.keyBias()[j]);
        sum += weights[j];
      }
      assertThat(Math.abs(found.logSum()[i] - Math.log(sum))).isLessThan(DOUBLE);
      for (int c = 0; c < valueSize; c++) {
        double output = 0;
        for (int j = 0; j <= i; j++) {
          output +=
              weights[j] / sum * head.dropout().at(i, j) * entry(problem.inputs().value(), j, c);
        }
        assertThat(Math.abs(found.output()[i * valueSize + c] - output)).isLessThan(DOUBLE);
      }
    }
  }

  private static double entry(Rows<double[]> rows, int i, int c) {
    return rows.data()[rows.offset() + i * rows.stride() + c];
  }

  @Test
  void scalarGradientsAreThoseOfDifferences() {
    Problem problem = Problem.random(7, 3, 5, true, false, 0.3);
    Result found = scalar(problem);
    assertGradient(problem, problem.inputs().query(), 3, found.query());
    assertGradient(problem, problem.inputs().key(), 3, found.key());
    assertGradient(problem, problem.inputs().value(), 5, found.value());
    double[] lagBias = problem.head().lagBias();
    assertGradient(problem, new Rows<>(lagBias, 0, 1), 1, found.lagBias());
  }

  private static void assertGradient(
      Problem problem, Rows<double[]> of, int size, double[] gradient) {
    double step = 1e-6;
    for (int at = 0; at < gradient.length; at++) {
      int index = of.offset() + at / size * of.stride() + at % size;
      double before = of.data()[index];
      of.data()[index] = before + step;
      double above = loss(problem);
      of.data()[index] = before - step;
      double below = loss(problem);
      of.data()[index] = before;
      assertThat(Math.abs((above - below) / (2 * step) - gradient[at])).isLessThan(1e-8);
    }
  }

  private static double loss(Problem problem) {
    double[] output = scalar(problem).output();
    int size = problem.head().valueSize();
    double loss = 0;
    for (int at = 0; at < output.length; at++) {
      loss += output[at] * entry(problem.outputGradient(), at / size, at % size);
    }
    return loss;
  }

  private static Result scalar(Problem problem) {
    int tokens = problem.tokens();
    int k = problem.head().keySize();
    int v = problem.head().valueSize();
    ScalarAttention kernel = new ScalarAttention();
    Rows<double[]> output = new Rows<>(new double[tokens * v], 0, v);
    double[] logSum = new double[tokens];
    kernel.forward(problem.head(), problem.inputs(), output, logSum);
    Inputs<double[]> gradients =
        new Inputs<>(
            new Rows<>(new double[tokens * k], 0, k),
            new Rows<>(new double[tokens * k], 0, k),
            new Rows<>(new double[tokens * v], 0, v));
    double[] lagBias = new double[2 * tokens - 1];
    kernel.backward(
        problem.head(),
        problem.inputs(),
        output,
        logSum,
        problem.outputGradient(),
        gradients,
        lagBias);
    return new Result(
        output.data(),
        logSum,
        gradients.query().data(),
        gradients.key().data(),
        gradients.value().data(),
        lagBias);
  }

  /** One kernel for all: what it keeps of one problem must not show in the next. */
  private static final VectorAttention VECTOR = new VectorAttention();

  private static Result vector(Problem problem) {
    int tokens = problem.tokens();
    Head<double[]> head = problem.head();
    int k = head.keySize();
    int v = head.valueSize();
    Head<float[]> single =
        new Head<>(
            tokens,
            k,
            v,
            head.scale(),
            single(head.lagBias()),
            single(head.keyBias()),
            head.causal(),
            head.dropout());
    Inputs<float[]> inputs =
        new Inputs<>(
            single(problem.inputs().query()),
            single(problem.inputs().key()),
            single(problem.inputs().value()));
    Rows<float[]> output = new Rows<>(new float[tokens * v], 0, v);
    float[] logSum = new float[tokens];
    VECTOR.forward(single, inputs, output, logSum);
    Inputs<float[]> gradients =
        new Inputs<>(
            new Rows<>(new float[tokens * k], 0, k),
            new Rows<>(new float[tokens * k], 0, k),
            new Rows<>(new float[tokens * v], 0, v));
    float[] lagBias = new float[2 * tokens - 1];
    VECTOR.backward(
        single, inputs, output, logSum, single(problem.outputGradient()), gradients, lagBias);
    return new Result(
        wide(output.data()),
        wide(logSum),
        wide(gradients.query().data()),
        wide(gradients.key().data()),
        wide(gradients.value().data()),
        wide(lagBias));
  }

  private static Rows<float[]> single(Rows<double[]> rows) {
    return new Rows<>(single(rows.data()), rows.offset(), rows.stride());
  }

  private static float[] single(double[] values) {
    if (values == null) {
      return null;
    }
    float[] single = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      single[i] = (float) values[i];
    }
    return single;
  }

  private static double[] wide(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }
}
