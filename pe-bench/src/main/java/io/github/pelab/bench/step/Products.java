package io.github.pelab.bench.step;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A step's matrix products and nothing else, by {@code Nd4j.gemm}: of each layer query, key and
 * value as one, the attention's output, and both of the feed-forward part; forward, and for the
 * gradients of input and weight. Those within attention are not among them. What a step would take
 * if all else were free.
 */
final class Products implements Contestant {
  /**
   * y = x W with W {@code [inputs, outputs]}.
   *
   * @param rows of x
   */
  record Linear(int rows, int inputs, int outputs) {
    /** Of y, and of both gradients. */
    long flops() {
      return 3L * 2 * rows * inputs * outputs;
    }
  }

  private final Workload workload;
  private final List<Operands> layer;

  Products(Workload workload) {
    this.workload = workload;
    layer = layer(workload).stream().map(Operands::of).toList();
  }

  /** The products of one layer; a batch has as many tokens as the mean batch of a pass. */
  static List<Linear> layer(Workload workload) {
    int rows = Math.toIntExact(workload.tokens() / workload.batches());
    int width = workload.width();
    return List.of(
        new Linear(rows, width, 3 * width),
        new Linear(rows, width, width),
        new Linear(rows, width, workload.feedForward()),
        new Linear(rows, workload.feedForward(), width));
  }

  /** Of a pass. */
  static long flops(Workload workload) {
    long ofLayer = layer(workload).stream().mapToLong(Linear::flops).sum();
    return (long) workload.batches() * workload.layers() * ofLayer;
  }

  private record Operands(
      INDArray x, INDArray weight, INDArray y, INDArray xGradient, INDArray weightGradient) {
    static Operands of(Linear linear) {
      return new Operands(
          Nd4j.rand(linear.rows(), linear.inputs()),
          Nd4j.rand(linear.inputs(), linear.outputs()),
          Nd4j.create(linear.rows(), linear.outputs()),
          Nd4j.create(linear.rows(), linear.inputs()),
          Nd4j.create(linear.inputs(), linear.outputs()));
    }

    void multiply() {
      Nd4j.gemm(x, weight, y, false, false, 1, 0);
      Nd4j.gemm(y, weight, xGradient, false, true, 1, 0);
      Nd4j.gemm(x, y, weightGradient, true, false, 1, 0);
    }
  }

  @Override
  public void pass() {
    for (int n = 0; n < workload.batches() * workload.layers(); n++) {
      layer.forEach(Operands::multiply);
    }
  }

  /** None: it trains nothing. */
  @Override
  public double[] firstLosses() {
    return new double[0];
  }

  @Override
  public String describe() {
    return LabTraining.blas();
  }
}
