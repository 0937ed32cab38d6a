package io.github.pelab.bench.kernel;

import io.github.pelab.layers.kernel.AttentionKernel;
import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import io.github.pelab.layers.kernel.DropoutPattern;
import io.github.pelab.layers.kernel.Rows;
import io.github.pelab.layers.kernel.VectorKernels;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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

/** Attention of one head over one sequence, on one thread, in vectors. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class AttentionBenchmark {
  private static final double DROPOUT = 0.1;

  @Param({"64", "128", "512"})
  public int tokens;

  @Param({"16", "64"})
  public int size;

  /** {@code plain}, {@code dropout}, or {@code lag-bias}, whose gradient is computed too. */
  @Param({"plain", "dropout", "lag-bias"})
  public String with;

  private final AttentionKernel<float[]> kernel = new VectorKernels().attention();
  private final SplittableRandom random = new SplittableRandom(1);
  private Head<float[]> head;
  private Inputs<float[]> inputs;
  private Inputs<float[]> gradients;
  private Rows<float[]> output;
  private Rows<float[]> outputGradient;
  private float[] logSum;
  private float[] lagBiasGradient;
  private Work forward;
  private Work backward;

  @Setup
  public void set() {
    float[] lagBias = with.equals("lag-bias") ? drawn(2 * tokens - 1) : null;
    DropoutPattern dropout = with.equals("dropout") ? new DropoutPattern(1, DROPOUT) : null;
    head = new Head<>(tokens, size, size, 1 / Math.sqrt(size), lagBias, null, false, dropout);
    inputs = new Inputs<>(rows(), rows(), rows());
    gradients = new Inputs<>(rows(), rows(), rows());
    output = rows();
    outputGradient = rows();
    logSum = new float[tokens];
    lagBiasGradient = lagBias == null ? null : new float[lagBias.length];
    kernel.forward(head, inputs, output, logSum); // what the backward pass goes back from
    forward = Work.attention(tokens, size);
    backward = Work.attentionGradient(tokens, size);
  }

  private Rows<float[]> rows() {
    return new Rows<>(drawn(tokens * size), 0, size);
  }

  private float[] drawn(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return values;
  }

  @Benchmark
  public float[] forward(Rates rates) {
    kernel.forward(head, inputs, output, logSum);
    rates.add(forward);
    return logSum;
  }

  @Benchmark
  public Inputs<float[]> backward(Rates rates) {
    kernel.backward(head, inputs, output, logSum, outputGradient, gradients, lagBiasGradient);
    rates.add(backward);
    return gradients;
  }
}
