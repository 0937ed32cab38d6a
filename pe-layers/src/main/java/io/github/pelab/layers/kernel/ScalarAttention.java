package io.github.pelab.layers.kernel;

import java.util.Arrays;

/** The kernel as the formulas are written, row by row, in double precision. */
public final class ScalarAttention implements AttentionKernel<double[]> {
  private double[] weights = new double[0];

  @Override
  public void forward(
      Head<double[]> head, Inputs<double[]> inputs, Rows<double[]> output, double[] logSum) {
    for (int i = 0; i < head.tokens(); i++) {
      logits(head, inputs, i);
      logSum[i] = logSum(seen(head, i));
      int row = output.offset() + i * output.stride();
      Arrays.fill(output.data(), row, row + head.valueSize(), 0);
      for (int j = 0; j < seen(head, i); j++) {
        double weight = Math.exp(weights[j] - logSum[i]) * kept(head, i, j);
        add(output, i, weight, inputs.value(), j, head.valueSize());
      }
    }
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
    clear(gradients.query(), head.tokens(), head.keySize());
    clear(gradients.key(), head.tokens(), head.keySize());
    clear(gradients.value(), head.tokens(), head.valueSize());
    for (int i = 0; i < head.tokens(); i++) {
      logits(head, inputs, i);
      // Σ_j p[i,j] · ∂loss/∂p[i,j]
      double mean = dot(outputGradient, i, output, i, head.valueSize());
      for (int j = 0; j < seen(head, i); j++) {
        double weight = Math.exp(weights[j] - logSum[i]);
        double kept = kept(head, i, j);
        double forWeight = kept * dot(outputGradient, i, inputs.value(), j, head.valueSize());
        double forLogit = weight * (forWeight - mean);
        add(gradients.value(), j, weight * kept, outputGradient, i, head.valueSize());
        add(gradients.query(), i, head.scale() * forLogit, inputs.key(), j, head.keySize());
        add(gradients.key(), j, head.scale() * forLogit, inputs.query(), i, head.keySize());
        if (lagBiasGradient != null) {
          lagBiasGradient[i - j + head.tokens() - 1] += forLogit;
        }
      }
    }
  }

  /** How many keys, from the first, query i may see. */
  private static int seen(Head<double[]> head, int i) {
    return head.causal() ? i + 1 : head.tokens();
  }

  private void logits(Head<double[]> head, Inputs<double[]> inputs, int i) {
    if (weights.length < head.tokens()) {
      weights = new double[head.tokens()];
    }
    for (int j = 0; j < seen(head, i); j++) {
      weights[j] = head.scale() * dot(inputs.query(), i, inputs.key(), j, head.keySize());
      if (head.lagBias() != null) {
        weights[j] += head.lagBias()[i - j + head.tokens() - 1];
      }
      if (head.keyBias() != null) {
        weights[j] += head.keyBias()[j];
      }
    }
  }

  private double logSum(int seen) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < seen; j++) {
      largest = Math.max(largest, weights[j]);
    }
    if (largest == Double.NEGATIVE_INFINITY) {
      return Double.POSITIVE_INFINITY; // of a query that sees no key: then its weights are 0
    }
    double sum = 0;
    for (int j = 0; j < seen; j++) {
      sum += Math.exp(weights[j] - largest);
    }
    return largest + Math.log(sum);
  }

  private static double kept(Head<double[]> head, int i, int j) {
    return head.dropout() == null ? 1 : head.dropout().at(i, j);
  }

  private static double dot(Rows<double[]> x, int i, Rows<double[]> y, int j, int size) {
    double dot = 0;
    for (int c = 0; c < size; c++) {
      dot += x.data()[x.offset() + i * x.stride() + c] * y.data()[y.offset() + j * y.stride() + c];
    }
    return dot;
  }

  /** x_i ← x_i + factor · y_j. */
  private static void add(
      Rows<double[]> x, int i, double factor, Rows<double[]> y, int j, int size) {
    for (int c = 0; c < size; c++) {
      x.data()[x.offset() + i * x.stride() + c] +=
          factor * y.data()[y.offset() + j * y.stride() + c];
    }
  }

  private static void clear(Rows<double[]> rows, int count, int size) {
    for (int i = 0; i < count; i++) {
      int row = rows.offset() + i * rows.stride();
      Arrays.fill(rows.data(), row, row + size, 0);
    }
  }
}
