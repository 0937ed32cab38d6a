package io.github.pelab.layers.fast;

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
      Pairs<double[]> pairs = read(head, inputs);
      eachPair(head, pairs::mix);
      pairs.divide(0, head.tokens(), output, logSum);
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

  private Pairs<double[]> read(Head<double[]> head, Inputs<double[]> inputs) {
    Pairs<double[]> pairs = new Pairs<>(polynomial, head, inputs, head.tokens());
    pairs.readQueries(0, head.tokens());
    pairs.readKeys(0, head.tokens());
    return pairs;
  }

  /** What is done for a query and a key. */
  @FunctionalInterface
  private interface Work {
    void of(int i, int j);
  }

  private static void eachPair(Head<double[]> head, Work work) {
    for (int i = 0; i < head.tokens(); i++) {
      for (int j = 0; j < (head.causal() ? i + 1 : head.tokens()); j++) {
        work.of(i, j);
      }
    }
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
    int n = head.tokens();
    Pairs<double[]> pairs = read(head, inputs);
    pairs.readGradient(output, logSum, outputGradient, 0, n);
    eachPair(head, (i, j) -> pairs.unmix(i, j, lagBiasGradient));
    pairs.writeQueryGradients(0, n, gradients.query());
    pairs.writeKeyGradients(0, n, gradients);
  }
}
