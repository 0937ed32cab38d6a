package io.github.pelab.bench.kernel;

import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code Nd4j.gemm} at the shapes of a linear map y = x W over a batch of 8192 tokens, on all
 * cores: forward, and the gradients of x and W.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ProductBenchmark {
  private static final int TOKENS = 8192;

  /** Inputs and outputs: query, key and value at once, the attention's output, feed-forward. */
  @Param({"256x768", "256x256", "256x512", "512x256"})
  public String map;

  private INDArray x;
  private INDArray weight;
  private INDArray y;
  private INDArray xGradient;
  private INDArray weightGradient;
  private Work work;

  @Setup
  public void set() {
    String[] sizes = map.split("x", -1);
    int inputs = Integer.parseInt(sizes[0]);
    int outputs = Integer.parseInt(sizes[1]);
    x = Nd4j.rand(TOKENS, inputs);
    weight = Nd4j.rand(inputs, outputs);
    y = Nd4j.rand(TOKENS, outputs);
    xGradient = Nd4j.create(TOKENS, inputs);
    weightGradient = Nd4j.create(inputs, outputs);
    // All three sum over one of these sizes and write the other two.
    work = Work.product(TOKENS, inputs, outputs);
  }

  @Benchmark
  public INDArray forward(Rates rates) {
    rates.add(work);
    return Nd4j.gemm(x, weight, y, false, false, 1, 0);
  }

  @Benchmark
  public INDArray inputGradient(Rates rates) {
    rates.add(work);
    return Nd4j.gemm(y, weight, xGradient, false, true, 1, 0);
  }

  @Benchmark
  public INDArray weightGradient(Rates rates) {
    rates.add(work);
    return Nd4j.gemm(x, y, weightGradient, true, false, 1, 0);
  }
}
