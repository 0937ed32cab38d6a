package io.github.pelab.layers.fused;

import io.github.pelab.layers.scheme.LearnedLagBias;
import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionTables.Learned;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A scheme's lag biases, fixed and learned and scaled, by head and lag, and the gradient of the
 * learned ones. Blocks that share a table share one of these.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class LagBiases<A> implements Parameter<A> {
  private final Pass<A> pass;
  private final AttentionShape shape;
  private final Optional<LearnedLagBias> learned;
  private final String parameter;
  private int length;
  private double[] fixed;
  private A bias;
  private double[] gradient = new double[0];

  /**
   * Of an attention.
   *
   * @param parameter name of the table {@code [buckets, H]}, if there is one
   */
  LagBiases(Pass<A> pass, AttentionShape shape, String parameter) {
    this.pass = pass;
    this.shape = shape;
    this.parameter = parameter;
    learned = shape.scheme().learnedLagBias();
  }

  boolean none() {
    return learned.isEmpty() && shape.scheme().lagBias().isEmpty();
  }

  boolean learned() {
    return learned.isPresent();
  }

  private int lags() {
    return 2 * length - 1;
  }

  @Override
  public void load(Map<String, OffHeap> values) {
    if (none()) {
      return;
    }
    int tokens = Math.toIntExact(pass.call().length());
    if (tokens > length) {
      length = tokens;
      fixed =
          shape.scheme().lagBias().isEmpty()
              ? new double[shape.heads() * lags()]
              : scaled(
                  PositionTables.of(
                          shape.scheme(),
                          shape.heads(),
                          shape.rotary(),
                          shape.width(),
                          length,
                          Learned.NOTHING)
                      .lagBias());
      bias = pass.arithmetic().of(fixed);
    }
    if (learned.isPresent()) {
      double[] sum = fixed.clone();
      double[] row = new double[shape.heads()];
      for (int lag = 1 - length; lag < length; lag++) {
        int bucket = learned.get().bucket(lag, shape.maxLength());
        values.get(parameter).read(bucket * row.length, row, 0, row.length);
        for (int h = 0; h < row.length; h++) {
          sum[h * lags() + lag + length - 1] += shape.biasScale() * row[h];
        }
      }
      bias = pass.arithmetic().of(sum);
    }
  }

  private double[] scaled(double[] biases) {
    return DoubleStream.of(biases).map(each -> shape.biasScale() * each).toArray();
  }

  /** Of one head, by lag, for a sequence of {@code tokens}: {@code [2n − 1]}. */
  void read(int head, int tokens, A to) {
    System.arraycopy(bias, head * lags() + length - tokens, to, 0, 2 * tokens - 1);
  }

  /** Adds a head's gradient, {@code [2n − 1]}. Not for several threads at once. */
  void add(int head, int tokens, A from, int at) {
    for (int i = 0; i < 2 * tokens - 1; i++) {
      gradient[head * lags() + length - tokens + i] += pass.arithmetic().at(from, at + i);
    }
  }

  @Override
  public void clear(Map<String, A> gradients) {
    gradient = learned.isPresent() ? new double[shape.heads() * lags()] : gradient;
  }

  @Override
  public void store(Map<String, A> gradients) {
    if (learned.isEmpty()) {
      return;
    }
    int heads = shape.heads();
    double[] table = new double[learned.get().buckets(shape.maxLength()) * heads];
    for (int h = 0; h < heads; h++) {
      for (int lag = 1 - length; lag < length; lag++) {
        table[learned.get().bucket(lag, shape.maxLength()) * heads + h] +=
            shape.biasScale() * gradient[h * lags() + lag + length - 1];
      }
    }
    System.arraycopy(pass.arithmetic().of(table), 0, gradients.get(parameter), 0, table.length);
  }
}
