package io.github.pelab.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;

/** All that a task can draw, with its probabilities, and what follows from that. */
public record EnumeratedLaw(int classes, List<Outcome> outcomes) {
  /** A p value below this refutes the hypothesis; draws are fixed, so the outcome is too. */
  public static final double LEVEL = 1e-3;

  private static final ChiSquareTest CHI_SQUARE = new ChiSquareTest();

  /** An outcome: tokens, label, probability. */
  public record Outcome(List<Integer> tokens, int label, double p) {}

  /** As if the drawn examples were all there is. */
  public static EnumeratedLaw drawn(Task task, Split split, int samples) {
    return new EnumeratedLaw(
        task.classes(),
        IntStream.range(0, samples)
            .mapToObj(i -> task.example(split, i))
            .map(example -> new Outcome(tokens(example), example.label(), 1.0 / samples))
            .toList());
  }

  /** The largest difference, over labels and x, of P(label, part = x) from P(x)/classes. */
  public double dependence(Function<List<Integer>, ?> part) {
    double largest = 0;
    for (double[] byLabel : joint(part).values()) {
      double total = Arrays.stream(byLabel).sum();
      for (double p : byLabel) {
        largest = Math.max(largest, Math.abs(p - total / classes));
      }
    }
    return largest;
  }

  /** The best accuracy from {@code part}. */
  public double ceiling(Function<List<Integer>, ?> part) {
    return joint(part).values().stream()
        .mapToDouble(byLabel -> Arrays.stream(byLabel).max().orElseThrow())
        .sum();
  }

  /** On {@code others}, of the likeliest label by this law given {@code part}. */
  public double accuracy(Function<List<Integer>, ?> part, EnumeratedLaw others) {
    Map<Object, Integer> best = new HashMap<>();
    joint(part)
        .forEach(
            (x, p) ->
                best.put(x, IntStream.range(0, classes).reduce(0, (a, b) -> p[b] > p[a] ? b : a)));
    return others.outcomes.stream()
        .filter(o -> best.getOrDefault(part.apply(o.tokens()), 0) == o.label())
        .mapToDouble(Outcome::p)
        .sum();
  }

  /** The p value of the hypothesis that {@code task} draws by this law. */
  public double fit(Task task, int samples) {
    Map<List<?>, Long> counts = new HashMap<>();
    for (int i = 0; i < samples; i++) {
      Example example = task.example(Split.TEST, i);
      counts.merge(List.of(example.label(), tokens(example)), 1L, Long::sum);
    }
    double[] expected = outcomes.stream().mapToDouble(o -> o.p() * samples).toArray();
    long[] observed =
        outcomes.stream()
            .mapToLong(o -> counts.getOrDefault(List.of(o.label(), o.tokens()), 0L))
            .toArray();
    assertThat(Arrays.stream(observed).sum()).as("nothing outside the law").isEqualTo(samples);
    return CHI_SQUARE.chiSquareTest(expected, observed);
  }

  private Map<Object, double[]> joint(Function<List<Integer>, ?> part) {
    Map<Object, double[]> joint = new HashMap<>();
    for (Outcome o : outcomes) {
      joint.computeIfAbsent(part.apply(o.tokens()), x -> new double[classes])[o.label()] += o.p();
    }
    return joint;
  }

  /**
   * The p value of the hypothesis that label and {@code part} are independent, in drawn examples;
   * those whose part is null do not count.
   */
  public static double independence(Task task, int samples, Function<List<Integer>, Integer> part) {
    Map<Integer, long[]> table = new TreeMap<>();
    for (int i = 0; i < samples; i++) {
      Example example = task.example(Split.TRAIN, i);
      Integer x = part.apply(tokens(example));
      if (x != null) {
        table.computeIfAbsent(x, y -> new long[task.classes()])[example.label()]++;
      }
    }
    // A label that never occurs has no share to compare.
    int[] labels =
        IntStream.range(0, task.classes())
            .filter(label -> table.values().stream().anyMatch(row -> row[label] > 0))
            .toArray();
    return CHI_SQUARE.chiSquareTest(
        table.values().stream()
            .map(row -> Arrays.stream(labels).mapToLong(label -> row[label]).toArray())
            .toArray(long[][]::new));
  }

  /** What the task states. */
  public static double stated(Task task, String from) {
    return task.ceilings().stream()
        .filter(c -> c.from().equals(from))
        .findFirst()
        .orElseThrow()
        .accuracy();
  }

  /** The example's tokens. */
  public static List<Integer> tokens(Example example) {
    return Arrays.stream(example.tokens()).boxed().toList();
  }
}
