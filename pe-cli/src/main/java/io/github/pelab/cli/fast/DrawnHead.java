package io.github.pelab.cli.fast;

import io.github.pelab.layers.fast.LogitBound;
import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import io.github.pelab.layers.kernel.Rows;
import io.github.pelab.layers.scheme.LagKernel;
import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionalScheme;
import java.util.Random;

/**
 * A head whose queries, keys and values are normal, scaled so that no logit can be larger than a
 * bound. Legend: n tokens, d numbers in each of them.
 */
final class DrawnHead {
  /** Of the model, of which this is the first head. */
  private static final int HEADS = 8;

  private final Head<double[]> head;
  private final Inputs<double[]> inputs;
  private final Inputs<double[]> rotated;
  private final LagKernel kernel;
  private final Head<float[]> single;
  private final Inputs<float[]> rotatedSingle;

  /**
   * Draws one.
   *
   * @param scheme without anything learned
   * @param bound R
   */
  DrawnHead(
      PositionalScheme scheme, int tokens, int size, double bound, boolean causal, Random random) {
    kernel = LagKernel.of(scheme, 0, HEADS, size, tokens, PositionTables.Learned.NOTHING);
    Rows<double[]> query = drawn(tokens, size, random);
    Rows<double[]> key = drawn(tokens, size, random);
    Rows<double[]> value = drawn(tokens, size, random);
    inputs = new Inputs<>(query, key, value);
    rotated = new Inputs<>(turned(query, tokens, size), turned(key, tokens, size), value);
    Head<double[]> unscaled = new Head<>(tokens, size, size, 1, null, null, causal, null);
    head =
        new Head<>(
            tokens,
            size,
            size,
            bound / LogitBound.of(unscaled, inputs).largest(),
            null,
            null,
            causal,
            null);
    single =
        new Head<>(
            tokens,
            size,
            size,
            head.scale(),
            scheme.lagBias().isPresent() ? single(kernel.bias()) : null,
            null,
            causal,
            null);
    rotatedSingle =
        new Inputs<>(single(rotated.query()), single(rotated.key()), single(rotated.value()));
  }

  /** Numbers of single precision, which all kernels are given. */
  private static Rows<double[]> drawn(int tokens, int size, Random random) {
    double[] drawn = new double[tokens * size];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = (float) random.nextGaussian();
    }
    return new Rows<>(drawn, 0, size);
  }

  /** By the angles of a lag from token 0. */
  private Rows<double[]> turned(Rows<double[]> rows, int tokens, int size) {
    double[] turned = new double[tokens * size];
    for (int i = 0; i < tokens; i++) {
      for (int c = 0; c < size; c += 2) {
        double cos = kernel.cos()[c / 2][i + tokens - 1];
        double sin = kernel.sin()[c / 2][i + tokens - 1];
        double real = rows.data()[i * size + c];
        double imaginary = rows.data()[i * size + c + 1];
        turned[i * size + c] = real * cos - imaginary * sin;
        turned[i * size + c + 1] = imaginary * cos + real * sin;
      }
    }
    return new Rows<>(turned, 0, size);
  }

  int tokens() {
    return head.tokens();
  }

  /** Without its lag bias, which is the kernel's. */
  Head<double[]> head() {
    return head;
  }

  /** Queries and keys that are not rotated. */
  Inputs<double[]> inputs() {
    return inputs;
  }

  LagKernel kernel() {
    return kernel;
  }

  /** With its lag bias, for kernels that are given rotated queries and keys. */
  Head<float[]> single() {
    return single;
  }

  Inputs<float[]> rotatedSingle() {
    return rotatedSingle;
  }

  private static Rows<float[]> single(Rows<double[]> rows) {
    return new Rows<>(single(rows.data()), rows.offset(), rows.stride());
  }

  private static float[] single(double[] numbers) {
    float[] single = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      single[i] = (float) numbers[i];
    }
    return single;
  }

  /** What exact attention gives for a query, in double precision, {@code [d]}. */
  double[] exact(int query) {
    int n = head.tokens();
    int size = head.valueSize();
    double[] mixed = new double[size];
    double sum = 0;
    for (int j = 0; j < (head.causal() ? query + 1 : n); j++) {
      double product = 0;
      for (int c = 0; c < size; c++) {
        product += rotated.query().data()[query * size + c] * rotated.key().data()[j * size + c];
      }
      double weight = Math.exp(head.scale() * product + kernel.bias()[query - j + n - 1]);
      sum += weight;
      for (int c = 0; c < size; c++) {
        mixed[c] += weight * rotated.value().data()[j * size + c];
      }
    }
    for (int c = 0; c < size; c++) {
      mixed[c] /= sum;
    }
    return mixed;
  }

  double largestValue() {
    double largest = 0;
    for (double value : rotated.value().data()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
