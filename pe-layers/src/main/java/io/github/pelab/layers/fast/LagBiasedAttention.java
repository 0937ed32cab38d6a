package io.github.pelab.layers.fast;

import static io.github.pelab.layers.fast.Precision.DOUBLE;

import io.github.pelab.layers.kernel.AttentionKernel;
import io.github.pelab.layers.kernel.Rows;
import io.github.pelab.layers.scheme.LagKernel;
import java.util.Arrays;

/**
 * Fast attention with a lag bias, queries and keys rotated already: forward by Fourier transforms,
 * or pair by pair where there are so few that this takes less; backward pair by pair, in n².
 */
final class LagBiasedAttention implements AttentionKernel<double[]> {
  /** What a number of a transform takes, in numbers of a pair. */
  private static final double TRANSFORM = 3;

  private final ExpPolynomial polynomial;
  private final ToeplitzAttention toeplitz;

  LagBiasedAttention(ExpPolynomial polynomial) {
    this.polynomial = polynomial;
    toeplitz = new ToeplitzAttention(polynomial);
  }

  @Override
  public void forward(
      Head<double[]> head, Inputs<double[]> inputs, Rows<double[]> output, double[] logSum) {
    if (!byTransforms(head, polynomial)) {
      new Pairs(polynomial, head, inputs).mix(output, logSum);
      return;
    }
    Head<double[]> unbiased =
        new Head<>(
            head.tokens(),
            head.keySize(),
            head.valueSize(),
            head.scale(),
            null,
            head.keyBias(),
            head.causal(),
            head.dropout());
    toeplitz.attend(unbiased, biasAlone(head), inputs, output, logSum);
  }

  /** Whether transforms are less work than pairs. */
  static boolean byTransforms(Head<?> head, ExpPolynomial polynomial) {
    double n = head.tokens();
    double pairs = (head.causal() ? n * n / 2 : n * n) * (head.keySize() + head.valueSize() + 1);
    double transforms =
        ToeplitzAttention.work(
            head.tokens(), head.keySize(), head.valueSize(), polynomial.degree());
    return TRANSFORM * transforms < pairs;
  }

  private static LagKernel biasAlone(Head<double[]> head) {
    int pairs = (head.keySize() + 1) / 2;
    int lags = 2 * head.tokens() - 1;
    double[][] cos = new double[pairs][lags];
    for (double[] pair : cos) {
      Arrays.fill(pair, 1);
    }
    return new LagKernel(
        head.tokens(), cos, new double[pairs][lags], Arrays.copyOf(head.lagBias(), lags));
  }

  @Override
  public void backward(
      Head<double[]> head,
      Inputs<double[]> inputs,
      Rows<double[]> output,
      double[] logSum,
      Rows<double[]> outputGradient,
      Inputs<double[]> gradients,
      double[] lagBiasGradient) {
    new Pairs(polynomial, head, inputs)
        .unmix(output, logSum, outputGradient, gradients, lagBiasGradient);
  }

  /**
   * What queries and keys of a head mix, pair by pair.
   *
   * <pre>
   *   weight[i,j] = p(R query_i · key_j) e^lagBias(i − j)
   * </pre>
   */
  private static final class Pairs {
    private final ExpPolynomial polynomial;
    private final Head<double[]> head;
    private final Window<double[]> window;
    private final double[] factors;

    Pairs(ExpPolynomial polynomial, Head<double[]> head, Inputs<double[]> inputs) {
      this.polynomial = polynomial;
      this.head = head;
      window = new Window<>(polynomial, head, inputs, head.tokens());
      window.readQueries(0, head.tokens());
      window.readKeys(0, head.tokens());
      factors = Arrays.stream(head.lagBias(), 0, 2 * head.tokens() - 1).map(Math::exp).toArray();
    }

    /** What is done for a query and a key. */
    @FunctionalInterface
    private interface Work {
      void of(int i, int j);
    }

    private void each(Work work) {
      for (int i = 0; i < head.tokens(); i++) {
        for (int j = 0; j < (head.causal() ? i + 1 : head.tokens()); j++) {
          work.of(i, j);
        }
      }
    }

    private int lag(int i, int j) {
      return i - j + head.tokens() - 1;
    }

    private double logit(int i, int j) {
      return polynomial.bound() * DOUBLE.dot(window.query(), i, window.key(), j, head.keySize());
    }

    void mix(Rows<double[]> output, double[] logSum) {
      each(
          (i, j) -> {
            double weight = polynomial.value(logit(i, j)) * factors[lag(i, j)];
            DOUBLE.add(window.value(), j, weight, window.columns(), window.mixed(), i);
          });
      window.divide(0, head.tokens(), output, logSum);
    }

    /** The gradients of that, given the output's; the lag bias's is not wanted if null. */
    void unmix(
        Rows<double[]> output,
        double[] logSum,
        Rows<double[]> outputGradient,
        Inputs<double[]> gradients,
        double[] lagBiasGradient) {
      window.readGradient(output, logSum, outputGradient, 0, head.tokens());
      Inputs<double[]> to = window.gradients();
      each(
          (i, j) -> {
            double logit = logit(i, j);
            double factor = factors[lag(i, j)];
            double worth =
                factor * DOUBLE.dot(window.mixed(), i, window.value(), j, window.columns());
            double slope = worth * polynomial.slope(logit) * polynomial.bound();
            double weight = polynomial.value(logit);
            DOUBLE.add(window.key(), j, slope, head.keySize(), to.query(), i);
            DOUBLE.add(window.query(), i, slope, head.keySize(), to.key(), j);
            DOUBLE.add(window.mixed(), i, weight * factor, window.columns(), to.value(), j);
            if (lagBiasGradient != null) {
              lagBiasGradient[lag(i, j)] += worth * weight;
            }
          });
      window.writeQueryGradients(0, head.tokens(), gradients.query());
      window.writeKeyGradients(0, head.tokens(), gradients);
    }
  }
}
