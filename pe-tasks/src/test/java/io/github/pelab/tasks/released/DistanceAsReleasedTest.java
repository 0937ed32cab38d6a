package io.github.pelab.tasks.released;

import static io.github.pelab.tasks.EnumeratedLaw.LEVEL;
import static io.github.pelab.tasks.EnumeratedLaw.independence;
import static io.github.pelab.tasks.EnumeratedLaw.stated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.tasks.EnumeratedLaw;
import io.github.pelab.tasks.EnumeratedLaw.Outcome;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.Purity;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.released.DistanceAsReleased.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small settings are enumerated in full; the enumeration shares no code with the task. */
class DistanceAsReleasedTest {
  private static final int SAMPLES = 200_000;

  /** What the notes on the released code measured by simulation, with 574 words. */
  private static final Options NOTED = given(Map.of("vocabulary", 575));

  private static final DistanceAsReleased TASK = new DistanceAsReleased(Options.defaults());

  /** The options of that name so, all others at their defaults. */
  private static Options given(Map<String, ?> options) {
    assertThat(
            Arrays.stream(Options.class.getRecordComponents())
                .map(component -> component.getName()))
        .containsAll(options.keySet());
    return new Options(
        (Integer) options.get("vocabulary"),
        (Integer) options.get("maxBetween"),
        (Integer) options.get("maxSide"),
        (Boolean) options.get("strays"),
        (Boolean) options.get("withoutReplacement"),
        (Integer) options.get("maxWords"),
        (Integer) options.get("padTo"),
        (Integer) options.get("samples"),
        (Boolean) options.get("dropDuplicates"),
        (Integer) options.get("trainPercent"),
        (Boolean) options.get("wideHead"),
        (Long) options.get("seed"));
  }

  /** Four words, B = S = 2, no pool; cut at 6 words where that is asked for, though 8 can be. */
  private static DistanceAsReleased small(
      boolean strays, boolean withoutReplacement, int maxWords) {
    return new DistanceAsReleased(
        given(
            Map.of(
                "vocabulary", 5,
                "maxBetween", 2,
                "maxSide", 2,
                "strays", strays,
                "withoutReplacement", withoutReplacement,
                "maxWords", maxWords,
                "padTo", 0,
                "samples", 0,
                "wideHead", false)));
  }

  private static EnumeratedLaw enumerate(
      DistanceAsReleased task, boolean strays, boolean withoutReplacement, int maxWords) {
    List<Integer> words =
        IntStream.range(1, task.vocabularySize())
            .filter(id -> strays || (id != task.trigger1() && id != task.trigger2()))
            .boxed()
            .toList();
    Map<List<?>, Double> law = new HashMap<>();
    for (int sizes = 0; sizes < 8; sizes++) {
      int between = 1 + sizes / 4;
      List<List<Integer>> lefts = segments(words, 1 + sizes % 2, withoutReplacement);
      List<List<Integer>> middles = segments(words, between, withoutReplacement);
      List<List<Integer>> rights = segments(words, 1 + sizes / 2 % 2, withoutReplacement);
      double p = 1.0 / 8 / lefts.size() / middles.size() / rights.size();
      for (List<Integer> left : lefts) {
        for (List<Integer> middle : middles) {
          for (List<Integer> right : rights) {
            List<Integer> tokens =
                Stream.of(left, List.of(task.trigger1()), middle, List.of(task.trigger2()), right)
                    .flatMap(Collection::stream)
                    .limit(maxWords == 0 ? Long.MAX_VALUE : maxWords)
                    .toList();
            law.merge(List.of(tokens, between - 1), p, Double::sum);
          }
        }
      }
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int label = 0; label < 2; label++) {
      int wanted = label;
      law.forEach(
          (key, p) -> {
            if (key.get(1).equals(wanted)) {
              outcomes.add(new Outcome(integers(key.get(0)), wanted, p));
            }
          });
    }
    return new EnumeratedLaw(2, outcomes);
  }

  private static List<Integer> integers(Object list) {
    return ((List<?>) list).stream().map(Integer.class::cast).toList();
  }

  private static List<List<Integer>> segments(List<Integer> words, int size, boolean different) {
    if (size == 0) {
      return List.of(List.of());
    }
    return segments(words, size - 1, different).stream()
        .flatMap(
            rest ->
                words.stream()
                    .filter(word -> !different || !rest.contains(word))
                    .map(word -> Stream.concat(rest.stream(), Stream.of(word)).toList()))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, 0",
    "true, false, 0",
    "false, true, 0",
    "false, false, 0",
    "true, true, 6",
    "true, false, 6",
    "true, true, 7",
    "false, true, 7",
  })
  void theGeneratorFollowsTheLawAndTheCeilingsAreTheLaws(
      boolean strays, boolean withoutReplacement, int maxWords) {
    DistanceAsReleased task = small(strays, withoutReplacement, maxWords);
    EnumeratedLaw law = enumerate(task, strays, withoutReplacement, maxWords);
    assertThat(law.fit(task, SAMPLES)).isGreaterThan(LEVEL);
    assertThat(stated(task, "length")).isCloseTo(law.ceiling(List::size), within(1e-12));
    assertThat(stated(task, "rule")).isCloseTo(rightByRule(task, law), within(1e-12));
    // A posterior's sd is at most 1/4, as it lies within 1/2 and 1.
    assertThat(stated(task, "Bayes"))
        .isCloseTo(law.ceiling(Function.identity()), within(4 * 0.25 / Math.sqrt(100_000)));
  }

  @Test
  void theFitFindsWhatIsOff() {
    EnumeratedLaw law = enumerate(small(true, true, 0), true, true, 0);
    EnumeratedLaw wider = enumerate(small(true, false, 0), true, false, 0);
    assertThat(law.fit(small(false, true, 0), SAMPLES)).isLessThan(1e-6);
    assertThat(wider.fit(small(true, true, 0), SAMPLES)).isLessThan(1e-6);
  }

  /** By label where no head is wide. */
  private static double rightByRule(DistanceAsReleased task, EnumeratedLaw law) {
    return law.outcomes().stream()
        .filter(o -> rule(task, o.tokens()) == o.label() + 2)
        .mapToDouble(Outcome::p)
        .sum();
  }

  /** First trigger 1, then next trigger 2. */
  private static int rule(DistanceAsReleased task, List<Integer> tokens) {
    int first = tokens.indexOf(task.trigger1());
    return 1 + tokens.subList(first + 1, tokens.size()).indexOf(task.trigger2());
  }

  /** 2350 / 43750: of 43750 (left, between, right), the likeliest distance of each length. */
  @Test
  void theNotedNumbersAreMet() {
    DistanceAsReleased noted = new DistanceAsReleased(NOTED);
    assertThat(stated(noted, "length"))
        .isCloseTo(0.054, within(5e-4))
        .isCloseTo(47 / 875.0, within(1e-12));
    assertThat(stated(noted, "rule")).isCloseTo(0.917, within(5e-4));
    assertThat(stated(noted, "Bayes")).isCloseTo(0.975, within(5e-4 + 4 * 3e-4));
    // Without replacement, k words lack both triggers in (n−k)(n−k−1) / (n(n−1)) of all cases.
    double ambiguous = 1 - meanLack(25) * meanLack(25) * meanLack(70);
    assertThat(ambiguous).isCloseTo(0.1957, within(5e-5));
    assertThat(share(noted, e -> e.slices().get("strays") > 0)).satisfies(about(ambiguous));
    assertThat(share(noted, e -> rule(noted, EnumeratedLaw.tokens(e)) == e.label()))
        .satisfies(about(stated(noted, "rule")));
  }

  private static double meanLack(int most) {
    double n = 574;
    return IntStream.rangeClosed(1, most)
        .mapToDouble(k -> (n - k) * (n - k - 1) / (n * (n - 1)))
        .average()
        .orElseThrow();
  }

  /** Within four standard deviations of a share of the test set. */
  private static Consumer<Double> about(double p) {
    return share ->
        assertThat(share).isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / 30_000) + 1e-12));
  }

  /** Of a test set of the released size. */
  private static double share(Task task, Predicate<Example> property) {
    return IntStream.range(0, 30_000)
            .mapToObj(i -> task.example(Split.TEST, i))
            .filter(property)
            .count()
        / 30_000.0;
  }

  @Test
  void withoutStraysNoLabelIsAmbiguous() {
    DistanceAsReleased task = new DistanceAsReleased(given(Map.of("strays", false)));
    assertThat(share(task, e -> e.slices().get("strays") > 0)).isZero();
    assertThat(share(task, e -> rule(task, EnumeratedLaw.tokens(e)) == e.label())).isEqualTo(1);
    assertThat(stated(task, "rule")).isEqualTo(1);
    assertThat(stated(task, "Bayes")).isEqualTo(1);
    assertThat(stated(task, "length")).isEqualTo(stated(TASK, "length"));
  }

  @Test
  void withReplacementWordsRepeatBetweenTheTriggers() {
    Task other = new DistanceAsReleased(given(Map.of("withoutReplacement", false)));
    assertThat(share(TASK, DistanceAsReleasedTest::repeatsBetween)).isZero();
    assertThat(share(other, DistanceAsReleasedTest::repeatsBetween)).satisfies(about(birthdays()));
  }

  /**
   * P(no strays, and not all of b independent words different) for 573 words, two of them triggers.
   */
  private static double birthdays() {
    double noStray = 1 - 2 / 573.0;
    double side =
        IntStream.rangeClosed(1, 25).mapToDouble(k -> Math.pow(noStray, k)).average().orElseThrow();
    double sum = 0;
    double different = 1;
    for (int b = 1; b <= 70; b++) {
      different *= 1 - (b - 1) / 571.0;
      sum += Math.pow(noStray, b) * (1 - different);
    }
    return side * side * sum / 70;
  }

  /** Whether a word is twice between the triggers, in a row without strays. */
  private static boolean repeatsBetween(Example example) {
    if (example.slices().get("strays") > 0) {
      return false;
    }
    List<Integer> tokens = EnumeratedLaw.tokens(example);
    List<Integer> between =
        tokens.subList(tokens.indexOf(TASK.trigger1()) + 1, tokens.indexOf(TASK.trigger2()));
    return new HashSet<>(between).size() < between.size();
  }

  @Test
  void withoutACutRowsGoUpToTheirFullLength() {
    Task cut = new DistanceAsReleased(given(Map.of("samples", 0)));
    Task uncut = new DistanceAsReleased(given(Map.of("samples", 0, "maxWords", 0, "padTo", 0)));
    assertThat(uncut.maxLength()).isEqualTo(122);
    int longest = 0;
    for (int i = 0; i < SAMPLES; i++) {
      Example whole = uncut.example(Split.TEST, i);
      longest = Math.max(longest, whole.length());
      if (whole.length() >= 120) {
        assertThat(Arrays.copyOf(cut.example(Split.TEST, i).tokens(), 120))
            .isEqualTo(Arrays.copyOf(whole.tokens(), 120));
        assertThat(cut.example(Split.TEST, i).slices()).containsEntry("length", 120);
      }
    }
    assertThat(longest).isGreaterThan(120);
  }

  @Test
  void paddingIsTokensUnlessItIsOff() {
    Task bare = new DistanceAsReleased(given(Map.of("padTo", 0)));
    assertThat(bare.maxLength()).isEqualTo(120);
    assertThat(TASK.maxLength()).isEqualTo(128);
    for (int i = 0; i < 1_000; i++) {
      Example example = bare.example(Split.TEST, i);
      assertThat(example.tokens()).doesNotContain(0);
      assertThat(example.slices()).containsEntry("length", example.length());
      assertThat(TASK.example(Split.TEST, i).tokens())
          .isEqualTo(Arrays.copyOf(example.tokens(), 128));
    }
  }

  @Test
  void aNarrowHeadHasAClassForEachDistance() {
    Task narrow = new DistanceAsReleased(given(Map.of("wideHead", false)));
    assertThat(TASK.classes()).isEqualTo(574);
    assertThat(narrow.classes()).isEqualTo(70);
    for (int i = 0; i < 1_000; i++) {
      Example example = narrow.example(Split.TEST, i);
      assertThat(example.slices()).containsEntry("distance", example.label() + 2);
      assertThat(TASK.example(Split.TEST, i).label()).isEqualTo(example.label() + 2);
    }
    assertThat(narrow.chance()).isEqualTo(TASK.chance()).isEqualTo(1 / 70.0);
  }

  @Test
  void thePoolIsSplitWithoutRest() {
    Set<Example> seen = new HashSet<>();
    IntStream.range(0, 70_000).mapToObj(i -> TASK.example(Split.TRAIN, i)).forEach(seen::add);
    IntStream.range(0, 30_000).mapToObj(i -> TASK.example(Split.TEST, i)).forEach(seen::add);
    assertThat(seen).hasSize(100_000);
    IntStream.range(0, 10_000)
        .mapToObj(i -> TASK.example(Split.VALIDATION, i))
        .forEach(example -> assertThat(seen.add(example)).isTrue());
    for (long index : new long[] {-1, 30_000}) {
      assertThatThrownBy(() -> TASK.example(Split.TEST, index))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "index: found %d; test has 30000 examples, counted from 0: ".formatted(index)
                  + "ask for fewer, or raise samples");
    }
  }

  @Test
  void otherSharesAndNoPoolCanBeHad() {
    Task half = new DistanceAsReleased(given(Map.of("samples", 1_000, "trainPercent", 50)));
    assertThat(half.example(Split.TRAIN, 499)).isNotEqualTo(half.example(Split.TEST, 499));
    assertThatThrownBy(() -> half.example(Split.TRAIN, 500)).hasMessageContaining("train has 500");
    Task endless = new DistanceAsReleased(given(Map.of("samples", 0)));
    assertThat(endless.example(Split.TRAIN, 1L << 60))
        .isNotEqualTo(endless.example(Split.TEST, 1L << 60));
  }

  @Test
  void duplicatesAreDroppedUnlessThatIsOff() {
    Map<String, Object> few =
        Map.of("vocabulary", 4, "maxBetween", 1, "maxSide", 1, "padTo", 0, "samples", 1_000);
    Map<String, Object> all = new HashMap<>(few);
    all.put("dropDuplicates", false);
    // Three segments of one word out of three: 27 different rows.
    assertThat(pool(few)).hasSize(27).doesNotHaveDuplicates();
    assertThat(pool(all)).hasSize(1_000);
    assertThat(new HashSet<>(pool(all))).hasSize(27);
  }

  private static List<Example> pool(Map<String, ?> options) {
    Task task = new DistanceAsReleased(given(options));
    List<Example> rows = new ArrayList<>();
    for (Split split : List.of(Split.TRAIN, Split.TEST)) {
      try {
        for (int i = 0; ; i++) {
          rows.add(task.example(split, i));
        }
      } catch (IllegalArgumentException end) {
        assertThat(end).hasMessageContaining("counted from 0");
      }
    }
    return rows;
  }

  @Test
  void anExampleDependsOnNothingButItsPlace() {
    for (Split split : Split.values()) {
      DistanceAsReleased one = new DistanceAsReleased(given(Map.of("samples", 10_000)));
      DistanceAsReleased other = new DistanceAsReleased(given(Map.of("samples", 10_000)));
      assertThat(Purity.isPure(i -> one.example(split, i), i -> other.example(split, i))).isTrue();
    }
  }

  @Test
  void theStreamsHaveNotChanged() {
    DistanceAsReleased task =
        new DistanceAsReleased(
            given(
                Map.of(
                    "vocabulary",
                    7,
                    "maxBetween",
                    2,
                    "maxSide",
                    3,
                    "padTo",
                    10,
                    "samples",
                    50,
                    "seed",
                    7L)));
    assertThat(List.of(task.trigger1(), task.trigger2())).containsExactly(5, 4);
    assertThat(task.example(Split.TRAIN, 0).tokens()).containsExactly(4, 6, 5, 3, 5, 4, 4, 3, 0, 0);
    assertThat(task.example(Split.VALIDATION, 0).tokens())
        .containsExactly(3, 6, 1, 5, 3, 4, 4, 6, 3, 2);
    assertThat(task.example(Split.TEST, 1).tokens()).containsExactly(6, 3, 2, 5, 5, 4, 1, 0, 0, 0);
  }

  /** What the clean task has and this has not: the length tells of the label, as planned here. */
  @Test
  void theLengthLeaksAndNothingElseThatIsDrawnApart() {
    Function<List<Integer>, Integer> length = tokens -> (tokens.indexOf(0) - 5) / 10;
    assertThat(independence(TASK, 70_000, length)).isLessThan(1e-6);
    Function<List<Integer>, Integer> ofFirst = tokens -> tokens.get(0) % 16;
    assertThat(independence(TASK, 70_000, ofFirst)).isGreaterThan(LEVEL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vocabulary|72|vocabulary: found 72; give a value from 73 to 16777216, "
            + "so that every segment can be filled",
        "maxBetween|201|maxBetween: found 201; give a value from 1 to 200",
        "maxSide|0|maxSide: found 0; give a value from 1 to 200",
        "maxWords|96|maxWords: found 96; give a value from 97 to 65536, "
            + "so that no trigger is cut off, or 0 for no cut",
        "padTo|119|padTo: found 119; give a value from 120 to 65536, or 0 for none",
        "samples|-1|samples: found -1; give a value from 0 to 1000000",
        "trainPercent|100|trainPercent: found 100; give a value from 1 to 99",
      })
  void anOptionOutOfRangeIsNamed(String option, int value, String message) {
    assertThatThrownBy(() -> given(Collections.singletonMap(option, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theWidestSegmentsHaveFiniteLikelihoods() {
    Options widest =
        given(
            Map.of(
                "vocabulary", 203, "maxBetween", 200, "maxSide", 200, "maxWords", 0, "padTo", 0));
    assertThat(stated(new DistanceAsReleased(widest), "Bayes")).isBetween(1 / 200.0, 1.0);
  }
}
