package io.github.pelab.bench.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The tensors that a case is given. Drawn numbers have three decimals, so that files are short and
 * exact, and depend on the case's and the tensor's name alone.
 */
final class Tensors {
  private final NDManager manager;
  private final String caseName;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  Tensors(NDManager manager, String caseName) {
    this.manager = manager;
    this.caseName = caseName;
  }

  /** Uniform from −1 to 1. */
  NDArray drawn(String name, long... shape) {
    SplittableRandom random = random(name);
    return filled(i -> random.nextInt(-1000, 1001) / 1000.0, shape);
  }

  /** Whole numbers from 0 to below {@code bound}. */
  NDArray wholeNumbers(String name, int bound, long... shape) {
    SplittableRandom random = random(name);
    return filled(i -> (double) random.nextInt(bound), shape);
  }

  private SplittableRandom random(String name) {
    return new SplittableRandom((caseName + "/" + name).hashCode());
  }

  /** A tensor of the model that has a gradient. Asking again gives the same one. */
  NDArray parameter(String name, long... shape) {
    return parameters.computeIfAbsent(
        name,
        n -> {
          NDArray parameter = drawn(n, shape);
          parameter.setRequiresGradient(true);
          return parameter;
        });
  }

  /** Entry i, in row-major order, is {@code entry(i)}. */
  NDArray filled(IntFunction<Double> entry, long... shape) {
    int size = Math.toIntExact(new Shape(shape).size());
    return manager.create(
        IntStream.range(0, size).mapToDouble(entry::apply).toArray(), new Shape(shape));
  }

  /** Row numbers to index a table with. */
  NDArray indices(int... rows) {
    return manager.create(IntStream.of(rows).asLongStream().toArray());
  }

  Map<String, NDArray> parameters() {
    return parameters;
  }
}
