package io.github.pelab.bench.kernel;

import io.github.pelab.layers.kernel.DropoutPattern;
import io.github.pelab.layers.kernel.RowKernel;
import io.github.pelab.layers.kernel.VectorKernels;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What is done to rows between products, on one thread, in vectors, on blocks that fit a core's
 * cache. Operations in place are given the same numbers each time, and copying these is in their
 * time: else they would come to infinities or to zeros, which take another time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class RowsBenchmark {
  private static final int ROWS = 64;
  private static final double EPSILON = 1e-5;
  private static final double DROPOUT = 0.1;

  @Param({"256", "512"})
  public int width;

  private final RowKernel<float[]> kernel = new VectorKernels().rows();
  private final DropoutPattern dropout = new DropoutPattern(1, DROPOUT);
  private final int[] numbers = IntStream.range(0, ROWS).toArray();
  private float[] from;
  private float[] fresh;
  private float[] to;
  private float[] cos;
  private float[] sin;
  private float[] gain;
  private float[] bias;
  private float[] gainGradient;
  private float[] biasGradient;

  @Setup
  public void set() {
    SplittableRandom random = new SplittableRandom(1);
    from = drawn(random, ROWS * width);
    fresh = drawn(random, ROWS * width);
    to = drawn(random, ROWS * width);
    cos = drawn(random, ROWS * width);
    sin = drawn(random, ROWS * width);
    gain = drawn(random, width);
    bias = drawn(random, width);
  }

  /** What is added to begins anew. */
  @Setup(Level.Iteration)
  public void clear() {
    gainGradient = new float[width];
    biasGradient = new float[width];
  }

  private static float[] drawn(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    return values;
  }

  private float[] refreshed() {
    System.arraycopy(fresh, 0, to, 0, to.length);
    return to;
  }

  private float[] counted(Rates rates, int flops, int numbersMoved) {
    rates.add(Work.entries(to.length, flops, numbersMoved));
    return to;
  }

  @Benchmark
  public float[] add(Rates rates) {
    kernel.add(from, 0, to.length, refreshed(), 0);
    return counted(rates, 1, 2 + 3);
  }

  @Benchmark
  public float[] addToEach(Rates rates) {
    kernel.addToEach(bias, ROWS, width, refreshed(), 0);
    return counted(rates, 1, 2 + 2);
  }

  @Benchmark
  public float[] addSum(Rates rates) {
    kernel.addSum(from, 0, ROWS, width, gainGradient);
    return counted(rates, 1, 1);
  }

  @Benchmark
  public float[] drop(Rates rates) {
    kernel.drop(refreshed(), 0, ROWS, width, dropout, numbers, 0);
    return counted(rates, 1, 2 + 2);
  }

  /** Mean, variance, and three operations. */
  @Benchmark
  public float[] norm(Rates rates) {
    kernel.norm(from, 0, ROWS, width, EPSILON, gain, bias, to, 0);
    return counted(rates, 1 + 3 + 4, 2);
  }

  /** Mean, variance, both parameters' gradients, two means and the gradient. */
  @Benchmark
  public float[] normGradient(Rates rates) {
    kernel.normGradient(
        from, 0, ROWS, width, EPSILON, gain, refreshed(), 0, gainGradient, biasGradient);
    return counted(rates, 1 + 3 + 2 + 3 + 4 + 6, 2 + 3);
  }

  @Benchmark
  public float[] relu(Rates rates) {
    kernel.relu(refreshed(), 0, to.length);
    return counted(rates, 1, 2 + 2);
  }

  @Benchmark
  public float[] reluGradient(Rates rates) {
    kernel.reluGradient(from, refreshed(), 0, to.length);
    return counted(rates, 1, 2 + 3);
  }

  /** The normal distribution's function by a polynomial of degree 5. */
  @Benchmark
  public float[] gelu(Rates rates) {
    kernel.gelu(from, to, 0, to.length);
    return counted(rates, 2 + 10, 2);
  }

  @Benchmark
  public float[] geluGradient(Rates rates) {
    kernel.geluGradient(from, refreshed(), 0, to.length);
    return counted(rates, 4 + 10, 2 + 3);
  }

  @Benchmark
  public float[] rotate(Rates rates) {
    kernel.rotate(refreshed(), ROWS, width, cos, sin, 0);
    return counted(rates, 3, 2 + 4);
  }
}
