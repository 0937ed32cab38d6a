package io.github.pelab.layers.fast;

import io.github.pelab.layers.kernel.AttentionKernel;
import io.github.pelab.layers.kernel.Rows;

/** A kernel in double precision for numbers in single precision. */
public final class WidenedAttention implements AttentionKernel<float[]> {
  private final AttentionKernel<double[]> kernel;

  /** The same kernel for other numbers. */
  public WidenedAttention(AttentionKernel<double[]> kernel) {
    this.kernel = kernel;
  }

  @Override
  public void forward(
      Head<float[]> head, Inputs<float[]> inputs, Rows<float[]> output, float[] logSum) {
    int n = head.tokens();
    Rows<double[]> outputs = Precision.zeros(n, head.valueSize());
    double[] sums = new double[n];
    kernel.forward(wide(head), wide(head, inputs), outputs, sums);
    narrow(outputs, n, head.valueSize(), output);
    narrow(new Rows<>(sums, 0, 1), n, 1, new Rows<>(logSum, 0, 1));
  }

  @Override
  public void backward(
      Head<float[]> head,
      Inputs<float[]> inputs,
      Rows<float[]> output,
      float[] logSum,
      Rows<float[]> outputGradient,
      Inputs<float[]> gradients,
      float[] lagBiasGradient) {
    int n = head.tokens();
    Inputs<double[]> wideGradients =
        new Inputs<>(
            Precision.zeros(n, head.keySize()),
            Precision.zeros(n, head.keySize()),
            Precision.zeros(n, head.valueSize()));
    double[] wideLagBiasGradient =
        lagBiasGradient == null ? null : new double[lagBiasGradient.length];
    kernel.backward(
        wide(head),
        wide(head, inputs),
        wide(output, n, head.valueSize()),
        wide(logSum, n),
        wide(outputGradient, n, head.valueSize()),
        wideGradients,
        wideLagBiasGradient);
    narrow(wideGradients.query(), n, head.keySize(), gradients.query());
    narrow(wideGradients.key(), n, head.keySize(), gradients.key());
    narrow(wideGradients.value(), n, head.valueSize(), gradients.value());
    for (int lag = 0; lagBiasGradient != null && lag < 2 * n - 1; lag++) {
      lagBiasGradient[lag] += (float) wideLagBiasGradient[lag];
    }
  }

  private static Head<double[]> wide(Head<float[]> head) {
    return new Head<>(
        head.tokens(),
        head.keySize(),
        head.valueSize(),
        head.scale(),
        wide(head.lagBias(), 2 * head.tokens() - 1),
        wide(head.keyBias(), head.tokens()),
        head.causal(),
        head.dropout());
  }

  private static Inputs<double[]> wide(Head<float[]> head, Inputs<float[]> inputs) {
    return new Inputs<>(
        wide(inputs.query(), head.tokens(), head.keySize()),
        wide(inputs.key(), head.tokens(), head.keySize()),
        wide(inputs.value(), head.tokens(), head.valueSize()));
  }

  private static double[] wide(float[] numbers, int count) {
    return numbers == null ? null : wide(new Rows<>(numbers, 0, 1), count, 1).data();
  }

  private static Rows<double[]> wide(Rows<float[]> rows, int count, int size) {
    Rows<double[]> wide = Precision.zeros(count, size);
    for (int i = 0; i < count; i++) {
      Precision.SINGLE.read(rows, i, 1, size, wide, i);
    }
    return wide;
  }

  private static void narrow(Rows<double[]> rows, int count, int size, Rows<float[]> to) {
    for (int i = 0; i < count; i++) {
      Precision.SINGLE.write(rows, i, 1, size, to, i);
    }
  }
}
