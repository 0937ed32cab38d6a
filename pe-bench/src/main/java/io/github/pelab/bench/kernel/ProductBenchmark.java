package io.github.pelab.bench.kernel;

import io.github.pelab.layers.kernel.ProductKernel;
import io.github.pelab.layers.kernel.Rows;
import io.github.pelab.layers.kernel.VectorKernels;
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
 * The products of a linear map y = x W over a chunk of 512 tokens, on one thread: forward, and the
 * gradients of x and W; by our tiles, and by {@code Nd4j.gemm} for comparison.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ProductBenchmark {
  private static final int TOKENS = 512;

  /** Inputs and outputs: query, key and value at once, the attention's output, feed-forward. */
  @Param({"256x768", "256x256", "256x512", "512x256"})
  public String map;

  /** Who multiplies. */
  @Param({"tiles", "blas"})
  public String by;

  private Multiplier multiplier;
  private Work work;

  /** The three products of a linear map. */
  private interface Multiplier {
    Object forward();

    Object inputGradient();

    Object weightGradient();
  }

  @Setup
  public void set() {
    String[] sizes = map.split("x", -1);
    int inputs = Integer.parseInt(sizes[0]);
    int outputs = Integer.parseInt(sizes[1]);
    multiplier = by.equals("blas") ? new ByBlas(inputs, outputs) : new ByTiles(inputs, outputs);
    // All three sum over one of these sizes and write the other two.
    work = Work.product(TOKENS, inputs, outputs);
  }

  private static final class ByBlas implements Multiplier {
    private final INDArray x;
    private final INDArray weight;
    private final INDArray y;
    private final INDArray xGradient;
    private final INDArray weightGradient;

    ByBlas(int inputs, int outputs) {
      Nd4j.factory().blas().setMaxThreads(1);
      x = Nd4j.rand(TOKENS, inputs);
      weight = Nd4j.rand(inputs, outputs);
      y = Nd4j.rand(TOKENS, outputs);
      xGradient = Nd4j.create(TOKENS, inputs);
      weightGradient = Nd4j.create(inputs, outputs);
    }

    @Override
    public Object forward() {
      return Nd4j.gemm(x, weight, y, false, false, 1, 0);
    }

    @Override
    public Object inputGradient() {
      return Nd4j.gemm(y, weight, xGradient, false, true, 1, 0);
    }

    @Override
    public Object weightGradient() {
      return Nd4j.gemm(x, y, weightGradient, true, false, 1, 0);
    }
  }

  /** Weights are packed once a step, so outside; y for the weight's gradient each time. */
  private static final class ByTiles implements Multiplier {
    private final ProductKernel<float[]> kernel = new VectorKernels().products();
    private final int inputs;
    private final int outputs;
    private final float[] x;
    private final float[] y;
    private final float[] weightGradient;
    private final float[] packed;
    private final float[] packedBack;
    private final float[] packedRows;

    ByTiles(int inputs, int outputs) {
      this.inputs = inputs;
      this.outputs = outputs;
      x = Nd4j.rand(TOKENS, inputs).data().asFloat();
      y = Nd4j.rand(TOKENS, outputs).data().asFloat();
      weightGradient = new float[inputs * outputs];
      Rows<float[]> weight = new Rows<>(Nd4j.rand(inputs, outputs).data().asFloat(), 0, outputs);
      packed = new float[kernel.packed(inputs, outputs)];
      kernel.pack(weight, inputs, outputs, packed);
      packedBack = new float[kernel.packed(outputs, inputs)];
      kernel.packTransposed(weight, outputs, inputs, packedBack);
      packedRows = new float[kernel.packed(TOKENS, outputs)];
    }

    private Rows<float[]> x() {
      return new Rows<>(x, 0, inputs);
    }

    private Rows<float[]> y() {
      return new Rows<>(y, 0, outputs);
    }

    @Override
    public Object forward() {
      kernel.product(x(), TOKENS, inputs, packed, outputs, y());
      return y;
    }

    @Override
    public Object inputGradient() {
      kernel.product(y(), TOKENS, outputs, packedBack, inputs, x());
      return x;
    }

    @Override
    public Object weightGradient() {
      kernel.pack(y(), TOKENS, outputs, packedRows);
      Rows<float[]> to = new Rows<>(weightGradient, 0, outputs);
      kernel.transposedProduct(x(), inputs, TOKENS, packedRows, outputs, to, false);
      return weightGradient;
    }
  }

  @Benchmark
  public Object forward(Rates rates) {
    rates.add(work);
    return multiplier.forward();
  }

  @Benchmark
  public Object inputGradient(Rates rates) {
    rates.add(work);
    return multiplier.inputGradient();
  }

  @Benchmark
  public Object weightGradient(Rates rates) {
    rates.add(work);
    return multiplier.weightGradient();
  }
}
