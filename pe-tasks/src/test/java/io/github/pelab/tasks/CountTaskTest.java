package io.github.pelab.tasks;

import static io.github.pelab.tasks.EnumeratedLaw.LEVEL;
import static io.github.pelab.tasks.EnumeratedLaw.independence;
import static io.github.pelab.tasks.EnumeratedLaw.stated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.tasks.CountTask.Options;
import io.github.pelab.tasks.EnumeratedLaw.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The law is enumerated in full for a small setting; the enumeration shares no code with it. */
class CountTaskTest {
  private static final int SAMPLES = 200_000;
  private static final int MIN_LENGTH = 3;
  private static final int MAX_LENGTH = 5;
  private static final int MAX_COUNT = 3;

  private final CountTask task = new CountTask(Options.defaults());
  private final CountTask small = small(MAX_LENGTH);
  private final EnumeratedLaw law = enumerate();

  private static CountTask small(int maxLength) {
    return new CountTask(new Options(6, 2, MIN_LENGTH, maxLength, MAX_COUNT, null));
  }

  private EnumeratedLaw enumerate() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int length = MIN_LENGTH; length <= MAX_LENGTH; length++) {
      for (List<Integer> tokens : words(length)) {
        int count = count(small, tokens);
        if (count <= MAX_COUNT) {
          double places = CombinatoricsUtils.binomialCoefficientDouble(length, count);
          double fillings = Math.pow(2, count) * Math.pow(3, length - count);
          double lengths = MAX_LENGTH - MIN_LENGTH + 1;
          double p = 1 / lengths / (MAX_COUNT + 1) / places / fillings;
          outcomes.add(new Outcome(tokens, count, p));
        }
      }
    }
    return new EnumeratedLaw(MAX_COUNT + 1, outcomes);
  }

  /** All sequences of 1..5. */
  private static List<List<Integer>> words(int length) {
    List<List<Integer>> words = new ArrayList<>();
    for (int n = 0; n < Math.pow(5, length); n++) {
      List<Integer> tokens = new ArrayList<>();
      for (int rest = n; tokens.size() < length; rest /= 5) {
        tokens.add(1 + rest % 5);
      }
      words.add(tokens);
    }
    return words;
  }

  private static int count(CountTask task, List<Integer> tokens) {
    return (int) tokens.stream().filter(task.roles()::isTrigger).count();
  }

  @Test
  void theGeneratorFollowsTheLaw() {
    assertThat(law.outcomes().stream().mapToDouble(Outcome::p).sum()).isCloseTo(1, within(1e-12));
    assertThat(law.fit(small, SAMPLES)).isGreaterThan(LEVEL);
    assertThat(law.fit(small(MAX_LENGTH - 1), SAMPLES)).isLessThan(1e-6);
  }

  /** All orders of a multiset have the same probability and the same label. */
  @Test
  void theOrderCarriesNoInformation() {
    Map<List<Integer>, Set<List<?>>> byMultiset = new LinkedHashMap<>();
    for (Outcome o : law.outcomes()) {
      byMultiset
          .computeIfAbsent(o.tokens().stream().sorted().toList(), x -> new HashSet<>())
          .add(List.of(o.label(), o.p()));
    }
    assertThat(byMultiset.values()).allSatisfy(different -> assertThat(different).hasSize(1));
  }

  @Test
  void permutingTheTokensNeverChangesTheLabel() {
    for (int i = 0; i < 2_000; i++) {
      Example example = task.example(Split.TEST, i);
      List<Integer> tokens = new ArrayList<>(EnumeratedLaw.tokens(example));
      Collections.reverse(tokens);
      assertThat(count(task, tokens)).isEqualTo(example.label());
      Collections.sort(tokens);
      assertThat(count(task, tokens)).isEqualTo(example.label());
    }
  }

  @Test
  void theCeilingsAreThoseOfTheEnumeratedLaw() {
    assertThat(small.ceilings()).extracting(Ceiling::from).hasSameElementsAs(parts(small).keySet());
    parts(small)
        .forEach(
            (from, part) ->
                assertThat(stated(small, from))
                    .as(from)
                    .isCloseTo(law.ceiling(part), within(1e-12)));
  }

  private static Map<String, Function<List<Integer>, ?>> parts(CountTask task) {
    Map<String, Function<List<Integer>, ?>> parts = new LinkedHashMap<>();
    parts.put("length", List::size);
    parts.put("order", tokens -> Collections.nCopies(tokens.size(), "hidden"));
    parts.put("first token", tokens -> tokens.get(0));
    parts.put("share of triggers", tokens -> count(task, tokens) / (double) tokens.size());
    parts.put("multiset", tokens -> tokens.stream().sorted().toList());
    parts.put("rule", tokens -> count(task, tokens));
    parts.put("Bayes", Function.identity());
    return parts;
  }

  /** Of P(label, part), on the examples of the task as users get it. */
  @Test
  void theCeilingsAreReachedAndNotPassedInSimulation() {
    EnumeratedLaw train = EnumeratedLaw.drawn(task, Split.TRAIN, SAMPLES);
    EnumeratedLaw test = EnumeratedLaw.drawn(task, Split.TEST, SAMPLES);
    Map<String, Function<List<Integer>, ?>> parts = parts(task);
    parts.remove("multiset");
    parts.remove("Bayes");
    parts.put("first token", tokens -> task.roles().isTrigger(tokens.get(0)));
    parts.forEach(
        (from, part) -> {
          double ceiling = stated(task, from);
          double tolerance = 4 * Math.sqrt(ceiling * (1 - ceiling) / SAMPLES) + 1e-9;
          assertThat(train.accuracy(part, test)).as(from).isCloseTo(ceiling, within(tolerance));
        });
  }

  @Test
  void theCeilingsOfTheDefaultAreKnown() {
    assertThat(stated(task, "length")).isCloseTo(1 / 25.0, within(1e-12));
    assertThat(stated(task, "first token")).isCloseTo(0.074582, within(1e-6));
    assertThat(stated(task, "share of triggers")).isCloseTo(SHARES / 225.0, within(1e-12));
  }

  /** 9 for no trigger, and the different quotients of 1..24 by 24..32. */
  private static final long SHARES =
      9
          + IntStream.rangeClosed(24, 32)
              .boxed()
              .flatMap(n -> IntStream.rangeClosed(1, 24).mapToObj(c -> c / (double) n))
              .distinct()
              .count();

  @Test
  void atFullSizeLabelAndLengthAreIndependent() {
    assertThat(independence(task, SAMPLES, List::size)).isGreaterThan(LEVEL);
    assertThat(independence(new LeakyDistanceTask(), SAMPLES, List::size)).isLessThan(1e-6);
  }

  /** If one of them is a trigger, it is either with probability 1/2, whatever the label. */
  @Test
  void atFullSizeWhichOfTheFirstAndTheLastTokenIsATriggerIsIndependentOfTheLabel() {
    assertThat(independence(task, SAMPLES, this::first)).isGreaterThan(LEVEL);
    assertThat(independence(new TriggersToTheFront(task), SAMPLES, this::first)).isLessThan(1e-6);
  }

  private Integer first(List<Integer> tokens) {
    boolean first = task.roles().isTrigger(tokens.get(0));
    boolean last = task.roles().isTrigger(tokens.get(tokens.size() - 1));
    return first == last ? null : first ? 1 : 0;
  }

  @Test
  void anExampleIsWhatItsSlicesSay() {
    for (int i = 0; i < 2_000; i++) {
      Example example = task.example(Split.VALIDATION, i);
      assertThat(example.tokens()).hasSizeBetween(24, 32);
      assertThat(Arrays.stream(example.tokens()).allMatch(id -> id > 0 && id < 64)).isTrue();
      assertThat(example.label()).isBetween(0, 24);
      assertThat(example.slices())
          .containsExactly(
              Map.entry("length", example.length()),
              Map.entry("count", count(task, EnumeratedLaw.tokens(example))))
          .containsEntry("count", example.label());
    }
  }

  @Test
  void theStreamsHaveNotChanged() {
    assertThat(IntStream.range(1, 6).filter(small.roles()::isTrigger)).containsExactly(2, 3);
    assertThat(small.example(Split.TRAIN, 0).tokens()).containsExactly(4, 5, 4, 2);
    assertThat(small.example(Split.TRAIN, 1).tokens()).containsExactly(5, 3, 5);
    assertThat(small.example(Split.VALIDATION, 0).tokens()).containsExactly(1, 1, 4, 4, 1);
    assertThat(small.example(Split.TEST, 0).tokens()).containsExactly(2, 5, 4, 2);
    assertThat(small.example(Split.TEST, 1L << 60).tokens()).containsExactly(5, 2, 3, 2);
  }

  @Test
  void anExampleDependsOnNothingButItsPlace() {
    CountTask other = new CountTask(Options.defaults());
    assertThat(Purity.isPure(i -> task.example(Split.TEST, i), i -> other.example(Split.TEST, i)))
        .isTrue();
  }

  @Test
  void splitsShareTriggersAndNoExample() {
    int n = 20_000;
    Set<Example> seen = new HashSet<>();
    for (Split split : Split.values()) {
      IntStream.range(0, n).mapToObj(i -> task.example(split, i)).forEach(seen::add);
    }
    assertThat(seen).hasSize(3 * n);
  }

  @Test
  void anotherTaskSeedIsAnotherTask() {
    CountTask other = new CountTask(new Options(null, null, null, null, null, 2L));
    assertThat(other.example(Split.TRAIN, 0)).isNotEqualTo(task.example(Split.TRAIN, 0));
    assertThat(other.roles().trigger(1)).isNotEqualTo(task.roles().trigger(1));
  }

  @Test
  void tokensHaveNames() {
    assertThat(task.tokenName(task.roles().trigger(4))).isEqualTo("TRIGGER4");
    assertThat(IntStream.range(0, 64).mapToObj(task::tokenName))
        .doesNotHaveDuplicates()
        .filteredOn(name -> name.startsWith("TRIGGER"))
        .hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    // vocabulary, triggers, minLength, maxLength, maxCount as given; then as completed
    ",,,,, 64, 4, 24, 32, 24",
    "3,,,,, 3, 1, 24, 32, 24",
    ",,,10,, 64, 4, 10, 10, 10",
    ",,,,100, 64, 4, 100, 100, 100",
    ",,40,,, 64, 4, 40, 40, 40",
    ",,,120,8, 64, 4, 24, 120, 8",
  })
  void missingOptionsFitThoseGiven(
      Integer vocabulary,
      Integer triggers,
      Integer minLength,
      Integer maxLength,
      Integer maxCount,
      int ids,
      int k,
      int least,
      int most,
      int counts) {
    assertThat(new Options(vocabulary, triggers, minLength, maxLength, maxCount, null))
        .isEqualTo(new Options(ids, k, least, most, counts, 1L));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "2|-|-|-|-|vocabulary: found 2; give a value from 3 to 16777216",
        "9|8|-|-|-|triggers: found 8; give a value from 1 to 7, so that a filler is left",
        "-|-|9|8|-|minLength: found 9; give a value from 1 to 8: it may not be above maxLength",
        "-|-|-|65537|-|maxLength: found 65537; give a value from 1 to 65536",
        "-|-|-|-|0|maxCount: found 0; give a value from 1 to 24, "
            + "so that it fits every length; or raise minLength",
        "-|-|8|-|9|maxCount: found 9; give a value from 1 to 8, "
            + "so that it fits every length; or raise minLength",
      })
  void anOptionOutOfRangeIsNamed(
      Integer vocabulary,
      Integer triggers,
      Integer minLength,
      Integer maxLength,
      Integer maxCount,
      String message) {
    assertThatThrownBy(
            () -> new Options(vocabulary, triggers, minLength, maxLength, maxCount, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theSmallestAndTheLargestSettingWork() {
    Task smallest = new CountTask(new Options(3, 1, 1, 1, 1, null));
    assertThat(stated(smallest, "first token")).isEqualTo(1);
    Task largest = new CountTask(new Options(null, null, 32768, 65536, null, null));
    assertThat(largest.example(Split.TRAIN, 0).length()).isGreaterThanOrEqualTo(32768);
    assertThat(stated(largest, "share of triggers")).isBetween(largest.chance(), 1.0);
  }

  /** A planted fault: where the count is odd, the first trigger goes to the front. */
  private record TriggersToTheFront(CountTask honest) implements Task {
    @Override
    public String name() {
      return "triggers-to-the-front";
    }

    @Override
    public int vocabularySize() {
      return honest.vocabularySize();
    }

    @Override
    public int maxLength() {
      return honest.maxLength();
    }

    @Override
    public int classes() {
      return honest.classes();
    }

    @Override
    public Example example(Split split, long index) {
      Example example = honest.example(split, index);
      List<Integer> tokens = new ArrayList<>(EnumeratedLaw.tokens(example));
      if (example.label() % 2 == 1) {
        int first =
            IntStream.range(0, tokens.size())
                .filter(i -> honest.roles().isTrigger(tokens.get(i)))
                .findFirst()
                .orElseThrow();
        Collections.swap(tokens, 0, first);
      }
      return new Example(
          tokens.stream().mapToInt(id -> id).toArray(), example.label(), example.slices());
    }

    @Override
    public List<Ceiling> ceilings() {
      return honest.ceilings();
    }

    @Override
    public double chance() {
      return honest.chance();
    }

    @Override
    public String tokenName(int token) {
      return honest.tokenName(token);
    }
  }
}
