package io.github.pelab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.tasks.DistanceTask.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

/**
 * The law of {@code distance}: enumerated in full for a small setting, to which the generator is
 * then held; simulated for the default one. The enumeration shares no code with the task.
 */
class DistanceLawTest {
  private static final int SAMPLES = 200_000;
  private static final ChiSquareTest CHI_SQUARE = new ChiSquareTest();

  /** A p value below this refutes the hypothesis; draws are fixed, so the outcome is too. */
  private static final double LEVEL = 1e-3;

  private static final int GAPS = 3;
  private static final int MIN_LENGTH = 4;
  private static final int MAX_LENGTH = 6;

  private final DistanceTask small =
      new DistanceTask(new Options(5, GAPS, MIN_LENGTH, MAX_LENGTH, null));
  private final DistanceTask usual = new DistanceTask(Options.defaults());

  /** An outcome: tokens, label, probability. */
  private record Outcome(List<Integer> tokens, int label, double p) {}

  private List<Outcome> enumerate() {
    return enumerate(small, GAPS, MIN_LENGTH, MAX_LENGTH, fillers(small));
  }

  private static List<Outcome> enumerate(
      DistanceTask task, int gaps, int minLength, int maxLength, int[] fillers) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int length = minLength; length <= maxLength; length++) {
      long words = Math.round(Math.pow(fillers.length, length - 2));
      for (int first = 0; first < length; first++) {
        for (int second = first + 1; second < length && second - first <= gaps; second++) {
          int gap = second - first;
          double p = 1.0 / gaps / (maxLength - minLength + 1) / (length - gap) / words;
          for (long word = 0; word < words; word++) {
            List<Integer> tokens = new ArrayList<>();
            for (long rest = word; tokens.size() < length - 2; rest /= fillers.length) {
              tokens.add(fillers[(int) (rest % fillers.length)]);
            }
            tokens.add(first, task.trigger1());
            tokens.add(second, task.trigger2());
            outcomes.add(new Outcome(tokens, gap - 1, p));
          }
        }
      }
    }
    return outcomes;
  }

  private static int[] fillers(DistanceTask task) {
    return IntStream.range(1, task.vocabularySize())
        .filter(id -> id != task.trigger1() && id != task.trigger2())
        .toArray();
  }

  @Test
  void theEnumerationIsALaw() {
    assertThat(enumerate().stream().mapToDouble(Outcome::p).sum()).isCloseTo(1, within(1e-12));
    assertThat(enumerate().stream().map(Outcome::tokens)).doesNotHaveDuplicates();
  }

  @Test
  void theGeneratorFollowsTheLaw() {
    assertThat(fit(small)).isGreaterThan(LEVEL);
  }

  @Test
  void theFitFindsAnotherLaw() {
    // It misses one length: nothing that it draws is outside the law, but the weights differ.
    Task other = new DistanceTask(new Options(5, GAPS, MIN_LENGTH, MAX_LENGTH - 1, null));
    assertThat(fit(other)).isLessThan(1e-6);
  }

  private double fit(Task task) {
    Map<List<Integer>, Long> counts = new HashMap<>();
    for (int i = 0; i < SAMPLES; i++) {
      counts.merge(boxed(task.example(Split.TEST, i)), 1L, Long::sum);
    }
    List<Outcome> law = enumerate();
    double[] expected = law.stream().mapToDouble(o -> o.p() * SAMPLES).toArray();
    long[] observed = law.stream().mapToLong(o -> counts.getOrDefault(o.tokens(), 0L)).toArray();
    assertThat(Arrays.stream(observed).sum()).as("nothing outside the law").isEqualTo(SAMPLES);
    return CHI_SQUARE.chiSquareTest(expected, observed);
  }

  /** P(label, x) = P(label)·P(x) for every label and x, in the enumerated law. */
  @Test
  void theLabelIsIndependentOfMultisetAndLengthAndOfNoPosition() {
    assertThat(dependence(tokens -> tokens.stream().sorted().toList())).isLessThan(1e-12);
    assertThat(dependence(List::size)).isLessThan(1e-12);
    assertThat(dependence(tokens -> tokens.indexOf(small.trigger1()))).isGreaterThan(0.01);
    assertThat(dependence(tokens -> tokens.indexOf(small.trigger2()))).isGreaterThan(0.01);
  }

  private double dependence(Function<List<Integer>, ?> part) {
    double largest = 0;
    for (double[] byLabel : joint(part).values()) {
      double total = Arrays.stream(byLabel).sum();
      for (double p : byLabel) {
        largest = Math.max(largest, Math.abs(p - total / GAPS));
      }
    }
    return largest;
  }

  private Map<Object, double[]> joint(Function<List<Integer>, ?> part) {
    return joint(part, enumerate(), GAPS);
  }

  private static Map<Object, double[]> joint(
      Function<List<Integer>, ?> part, List<Outcome> law, int gaps) {
    Map<Object, double[]> joint = new HashMap<>();
    for (Outcome o : law) {
      joint.computeIfAbsent(part.apply(o.tokens()), x -> new double[gaps])[o.label()] += o.p();
    }
    return joint;
  }

  @Test
  void theCeilingsAreThoseOfTheEnumeratedLaw() {
    parts(small)
        .forEach(
            (from, part) ->
                assertThat(ceiling(small, from))
                    .as(from)
                    .isCloseTo(
                        joint(part).values().stream()
                            .mapToDouble(byLabel -> Arrays.stream(byLabel).max().orElseThrow())
                            .sum(),
                        within(1e-12)));
  }

  /**
   * The best answers by the law (of which one filler may stand for all, where only triggers and
   * length are looked at), scored on drawn examples. Multisets are too many to list; no part of one
   * may help, so a table learned for one part, the sum of the ids, stands for them.
   */
  @Test
  void theCeilingsAreReachedAndNotPassedInSimulation() {
    Map<String, Function<List<Integer>, ?>> parts = parts(usual);
    parts.remove("multiset");
    parts.remove("Bayes");
    List<Outcome> law = enumerate(usual, 16, 24, 32, Arrays.copyOf(fillers(usual), 1));
    List<Outcome> drawn = draw(Split.TEST);
    parts.forEach((from, part) -> assertReached(from, accuracy(part, law, drawn)));
    Function<List<Integer>, ?> sum = tokens -> tokens.stream().mapToInt(id -> id).sum();
    assertReached("multiset", accuracy(sum, draw(Split.TRAIN), drawn));
  }

  private void assertReached(String from, double accuracy) {
    double ceiling = ceiling(usual, from);
    double tolerance = 4 * Math.sqrt(ceiling * (1 - ceiling) / SAMPLES);
    assertThat(accuracy).as(from).isCloseTo(ceiling, within(tolerance));
  }

  private List<Outcome> draw(Split split) {
    return IntStream.range(0, SAMPLES)
        .mapToObj(i -> usual.example(split, i))
        .map(example -> new Outcome(boxed(example), example.label(), 1.0 / SAMPLES))
        .toList();
  }

  /** Of the likeliest label by {@code law} given {@code part}, on {@code drawn}. */
  private static double accuracy(
      Function<List<Integer>, ?> part, List<Outcome> law, List<Outcome> drawn) {
    Map<Object, Integer> best = new HashMap<>();
    joint(part, law, 16)
        .forEach(
            (x, p) -> best.put(x, IntStream.range(0, 16).reduce(0, (a, b) -> p[b] > p[a] ? b : a)));
    return drawn.stream()
            .filter(o -> best.getOrDefault(part.apply(o.tokens()), 0) == o.label())
            .count()
        / (double) drawn.size();
  }

  @Test
  void allThatATaskStatesIsChecked() {
    assertThat(usual.ceilings()).extracting(Ceiling::from).hasSameElementsAs(parts(usual).keySet());
    assertThat(usual.ceilings())
        .allSatisfy(c -> assertThat(c.accuracy()).isBetween(usual.chance(), 1.0));
  }

  private static Map<String, Function<List<Integer>, ?>> parts(DistanceTask task) {
    int first = task.trigger1();
    int second = task.trigger2();
    Map<String, Function<List<Integer>, ?>> parts = new LinkedHashMap<>();
    parts.put("length", List::size);
    parts.put("multiset", tokens -> tokens.stream().sorted().toList());
    parts.put("trigger 1 position", tokens -> tokens.indexOf(first));
    parts.put("trigger 2 position", tokens -> tokens.indexOf(second));
    parts.put("trigger 1 position and length", t -> List.of(t.indexOf(first), t.size()));
    parts.put("trigger 2 position and length", t -> List.of(t.indexOf(second), t.size()));
    parts.put("rule", tokens -> tokens.indexOf(second) - tokens.indexOf(first));
    parts.put("Bayes", Function.identity());
    return parts;
  }

  private static double ceiling(Task task, String from) {
    return task.ceilings().stream()
        .filter(c -> c.from().equals(from))
        .findFirst()
        .orElseThrow()
        .accuracy();
  }

  @Test
  void atFullSizeLabelAndLengthAreIndependent() {
    assertThat(independence(usual, List::size)).isGreaterThan(LEVEL);
    assertThat(independence(new LeakyDistanceTask(), List::size)).isLessThan(1e-6);
  }

  @Test
  void atFullSizeLabelAndTheCountOfAFillerAreIndependent() {
    int filler = fillers(usual)[0];
    assertThat(independence(usual, tokens -> count(tokens, filler))).isGreaterThan(LEVEL);
    assertThat(
            independence(
                new LeakyDistanceTask(), t -> count(t, LeakyDistanceTask.TALKATIVE_FILLER)))
        .isLessThan(1e-6);
  }

  /** The count, three or more taken together: rarer cells are too thin for a chi-square test. */
  private static int count(List<Integer> tokens, int id) {
    return Math.min(3, (int) tokens.stream().filter(t -> t == id).count());
  }

  /** The p value of the hypothesis that label and {@code part} are independent. */
  private static double independence(Task task, Function<List<Integer>, Integer> part) {
    Map<Integer, long[]> table = new TreeMap<>();
    for (int i = 0; i < SAMPLES; i++) {
      Example example = task.example(Split.TRAIN, i);
      table
          .computeIfAbsent(part.apply(boxed(example)), x -> new long[task.classes()])[
          example.label()]++;
    }
    return CHI_SQUARE.chiSquareTest(table.values().toArray(long[][]::new));
  }

  private static List<Integer> boxed(Example example) {
    return Arrays.stream(example.tokens()).boxed().toList();
  }
}
