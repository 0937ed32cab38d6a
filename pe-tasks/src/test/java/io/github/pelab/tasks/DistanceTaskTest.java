package io.github.pelab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.tasks.DistanceTask.Options;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistanceTaskTest {
  private static final int SOME = 2_000;
  private final DistanceTask task = new DistanceTask(Options.defaults());

  @Test
  void anExampleIsWhatItsSlicesSay() {
    for (Split split : Split.values()) {
      for (long index = 0; index < SOME; index++) {
        Example example = task.example(split, index);
        List<Integer> tokens = Arrays.stream(example.tokens()).boxed().toList();
        int first = tokens.indexOf(task.trigger1());
        int second = tokens.indexOf(task.trigger2());
        assertThat(tokens.lastIndexOf(task.trigger1())).isEqualTo(first);
        assertThat(tokens.lastIndexOf(task.trigger2())).isEqualTo(second);
        assertThat(second - first).isBetween(1, 16).isEqualTo(example.label() + 1);
        assertThat(tokens).hasSizeBetween(24, 32).allMatch(token -> token > 0 && token < 64);
        assertThat(example.slices())
            .containsExactly(Map.entry("length", tokens.size()), Map.entry("gap", second - first));
      }
    }
  }

  @Test
  void theStreamsHaveNotChanged() {
    DistanceTask small = new DistanceTask(new Options(9, 3, 4, 6, 7L));
    assertThat(small.trigger1()).isEqualTo(5);
    assertThat(small.trigger2()).isEqualTo(3);
    assertThat(small.example(Split.TRAIN, 0).tokens()).containsExactly(4, 8, 5, 2, 8, 3);
    assertThat(small.example(Split.TRAIN, 1).tokens()).containsExactly(5, 2, 3, 4);
    assertThat(small.example(Split.VALIDATION, 0).tokens()).containsExactly(1, 5, 8, 1, 3, 2);
    assertThat(small.example(Split.TEST, 0).tokens()).containsExactly(1, 6, 5, 7, 3);
    assertThat(small.example(Split.TEST, 1L << 60).tokens()).containsExactly(5, 8, 7, 3, 4);
    assertThat(task.example(Split.TRAIN, 0).tokens())
        .containsExactly(
            57, 31, 46, 8, 61, 15, 11, 16, 37, 53, 19, 15, 3, 54, 15, 58, 20, 23, 31, 8, 25, 38, 1,
            46, 37, 45, 23, 14, 36, 52, 62, 54);
  }

  @Test
  void anExampleDependsOnNothingButItsPlace() {
    DistanceTask other = new DistanceTask(Options.defaults());
    assertThat(Purity.isPure(i -> task.example(Split.TRAIN, i), i -> other.example(Split.TRAIN, i)))
        .isTrue();
  }

  @Test
  void theCheckFindsAGeneratorThatDrawsInSequence() {
    AtomicLong shared = new AtomicLong();
    LongFunction<Example> inSequence = i -> task.example(Split.TRAIN, shared.getAndIncrement());
    assertThat(Purity.isPure(inSequence, i -> task.example(Split.TRAIN, i))).isFalse();
  }

  @Test
  void splitsShareTriggersAndNoExample() {
    int n = 20_000;
    Set<Example> seen = new HashSet<>();
    for (Split split : Split.values()) {
      LongStream.range(0, n).mapToObj(i -> task.example(split, i)).forEach(seen::add);
    }
    assertThat(seen).hasSize(3 * n);
    assertThat(equalLabels(task, Split.TRAIN, task, Split.TEST, n)).satisfies(atChance(n));
    assertThat(equalLabels(task, Split.TEST, task, Split.TEST, n)).isEqualTo(1);
  }

  @Test
  void anotherTaskSeedIsAnotherTask() {
    DistanceTask other = new DistanceTask(new Options(null, null, null, null, 2L));
    assertThat(List.of(other.trigger1(), other.trigger2()))
        .isNotEqualTo(List.of(task.trigger1(), task.trigger2()));
    int n = 20_000;
    assertThat(equalLabels(task, Split.TRAIN, other, Split.TRAIN, n)).satisfies(atChance(n));
  }

  /** Within four standard deviations of what independent labels would show. */
  private Consumer<Double> atChance(int n) {
    double p = task.chance();
    return share -> assertThat(share).isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / n)));
  }

  private static double equalLabels(Task a, Split inA, Task b, Split inB, int n) {
    return IntStream.range(0, n)
            .filter(i -> a.example(inA, i).label() == b.example(inB, i).label())
            .count()
        / (double) n;
  }

  @Test
  void anExampleCannotBeChangedFromOutside() {
    int[] tokens = {1, 2};
    Example example = new Example(tokens, 0, Map.of());
    tokens[0] = 9;
    example.tokens()[1] = 9;
    assertThat(example.tokens()).containsExactly(1, 2);
    assertThatThrownBy(() -> example.slices().put("gap", 1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void tokensHaveNames() {
    assertThat(task.tokenName(0)).isEqualTo("PAD");
    assertThat(task.tokenName(task.trigger1())).isEqualTo("TRIGGER1");
    assertThat(task.tokenName(task.trigger2())).isEqualTo("TRIGGER2");
    assertThat(IntStream.range(0, 64).mapToObj(task::tokenName)).doesNotHaveDuplicates();
    assertThatThrownBy(() -> task.tokenName(64))
        .hasMessage("token: found 64; give a value from 0 to 63");
    assertThatThrownBy(() -> task.tokenName(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    // maxGap, minLength, maxLength as given; then as completed
    ",,, 16, 24, 32",
    "1,,, 1, 2, 2",
    "40,,, 40, 60, 80",
    "65535,,, 65535, 65536, 65536",
    ",100,, 16, 100, 100",
    ",,20, 16, 20, 20",
    ",,17, 16, 17, 17",
  })
  void missingOptionsFitThoseGiven(
      Integer maxGap, Integer minLength, Integer maxLength, int gap, int least, int most) {
    assertThat(new Options(null, maxGap, minLength, maxLength, null))
        .isEqualTo(new Options(64, gap, least, most, 1L));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "3|-|-|-|vocabulary: found 3; give a value from 4 to 16777216",
        "16777217|-|-|-|vocabulary: found 16777217; give a value from 4 to 16777216",
        "-|0|-|-|maxGap: found 0; give a value from 1 to 65535",
        "-|65536|-|-|maxGap: found 65536; give a value from 1 to 65535",
        "-|-|16|-|minLength: found 16; give a value from 17 to 65536, "
            + "so that every gap up to maxGap = 16 fits; or lower maxGap",
        "-|-|-|16|maxLength: found 16; give a value from 17 to 65536, "
            + "so that every gap up to maxGap = 16 fits; or lower maxGap",
        "-|-|30|20|maxLength: found 20; give a value from 30 to 65536"
            + ": it may not be below minLength",
      })
  void anOptionOutOfRangeIsNamed(
      Integer vocabulary, Integer maxGap, Integer minLength, Integer maxLength, String message) {
    assertThatThrownBy(() -> new Options(vocabulary, maxGap, minLength, maxLength, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theSmallestAndTheLargestSettingWork() {
    Task smallest = new DistanceTask(new Options(4, 1, 2, 2, null));
    assertThat(smallest.example(Split.TRAIN, 0).label()).isZero();
    assertThat(smallest.ceilings()).allSatisfy(c -> assertThat(c.accuracy()).isEqualTo(1));
    Task widest = new DistanceTask(new Options(4, 65535, null, null, null));
    assertThat(widest.example(Split.TRAIN, 0).length()).isEqualTo(65536);
  }
}
