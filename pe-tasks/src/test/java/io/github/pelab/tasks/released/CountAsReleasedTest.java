package io.github.pelab.tasks.released;

import static io.github.pelab.tasks.EnumeratedLaw.LEVEL;
import static io.github.pelab.tasks.EnumeratedLaw.independence;
import static io.github.pelab.tasks.EnumeratedLaw.stated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.tasks.EnumeratedLaw;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.Purity;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.released.CountAsReleased.Options;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountAsReleasedTest {
  private static final CountAsReleased TASK = new CountAsReleased(Options.defaults());

  private static Options around(Integer samples, Integer padTo, Boolean wideHead) {
    return new Options(null, null, null, null, samples, null, padTo, wideHead, null, null);
  }

  @Test
  void anExampleIsWhatTheReleasedCodeMakes() {
    boolean[] seen = new boolean[101];
    for (int i = 0; i < 15_000; i++) {
      Example example = TASK.example(Split.TEST, i);
      int[] tokens = example.tokens();
      assertThat(tokens).hasSize(128).endsWith(new int[8]);
      assertThat(Arrays.stream(tokens).limit(120).allMatch(id -> id > 0 && id < 574)).isTrue();
      assertThat(Arrays.stream(tokens).filter(TASK.roles()::isTrigger).count())
          .isEqualTo(example.label())
          .isEqualTo((long) example.slices().get("count"));
      seen[example.label()] = true;
    }
    assertThat(seen).containsOnly(true);
    assertThat(TASK.classes()).isEqualTo(574);
  }

  @Test
  void theCeilingsAreThoseOfOneLength() {
    assertThat(TASK.chance()).isEqualTo(stated(TASK, "length")).isEqualTo(1 / 101.0);
    assertThat(stated(TASK, "first token")).isCloseTo((1 + 100 / 120.0) / 101, within(1e-12));
    assertThat(stated(TASK, "share of triggers")).isEqualTo(1);
    assertThat(stated(TASK, "Bayes")).isEqualTo(1);
  }

  @Test
  void withoutZeroEveryRowHasATrigger() {
    CountAsReleased task =
        new CountAsReleased(new Options(8, 2, 6, 3, 4000, null, 0, false, true, null));
    int[] counts = new int[4];
    int right = 0;
    for (int i = 0; i < 2_800; i++) {
      Example example = task.example(Split.TRAIN, i);
      counts[example.label()]++;
      boolean trigger = task.roles().isTrigger(example.tokens()[0]);
      right += example.label() == (trigger ? 3 : 1) ? 1 : 0;
    }
    assertThat(counts[0]).isZero();
    assertThat(counts[1]).isCloseTo(2_800 / 3, within(100));
    assertThat(task.chance()).isEqualTo(1 / 3.0);
    assertThat(stated(task, "first token")).isCloseTo(right / 2_800.0, within(0.03));
  }

  @Test
  void theLabelIsIndependentOfTheOrder() {
    assertThat(
            independence(
                TASK,
                35_000,
                tokens -> {
                  boolean first = TASK.roles().isTrigger(tokens.get(0));
                  return first == TASK.roles().isTrigger(tokens.get(119)) ? null : first ? 1 : 0;
                }))
        .isGreaterThan(LEVEL);
    assertThat(independence(TASK, 35_000, t -> TASK.roles().isTrigger(t.get(0)) ? 1 : 0))
        .isLessThan(1e-6);
  }

  @Test
  void thePoolIsSplitWithoutRest() {
    Set<Example> seen = new HashSet<>();
    IntStream.range(0, 35_000).mapToObj(i -> TASK.example(Split.TRAIN, i)).forEach(seen::add);
    IntStream.range(0, 15_000).mapToObj(i -> TASK.example(Split.TEST, i)).forEach(seen::add);
    assertThat(seen).hasSize(50_000);
    assertThat(seen).doesNotContain(TASK.example(Split.VALIDATION, 1L << 60));
    assertThatThrownBy(() -> TASK.example(Split.TRAIN, 35_000))
        .hasMessageContaining("train has 35000 examples");
  }

  @Test
  void eachFaultCanBeSwitchedOffAlone() {
    Task endless = new CountAsReleased(around(0, null, null));
    assertThat(endless.example(Split.TRAIN, 1L << 60).length()).isEqualTo(128);
    Task bare = new CountAsReleased(around(null, 0, null));
    assertThat(bare.maxLength()).isEqualTo(120);
    assertThat(bare.example(Split.TEST, 5).tokens())
        .isEqualTo(Arrays.copyOf(TASK.example(Split.TEST, 5).tokens(), 120));
    Task narrow = new CountAsReleased(around(null, null, false));
    assertThat(narrow.classes()).isEqualTo(101);
    assertThat(narrow.example(Split.TEST, 5)).isEqualTo(TASK.example(Split.TEST, 5));
  }

  @Test
  void anExampleDependsOnNothingButItsPlace() {
    for (Split split : Split.values()) {
      CountAsReleased other = new CountAsReleased(Options.defaults());
      assertThat(Purity.isPure(i -> TASK.example(split, i), i -> other.example(split, i))).isTrue();
    }
  }

  @Test
  void theStreamsHaveNotChanged() {
    CountAsReleased task =
        new CountAsReleased(new Options(8, 2, 5, 3, 20, null, 6, null, null, 7L));
    assertThat(EnumeratedLaw.tokens(task.example(Split.TRAIN, 1)))
        .containsExactly(5, 6, 4, 6, 6, 0);
    assertThat(EnumeratedLaw.tokens(task.example(Split.VALIDATION, 0)))
        .containsExactly(7, 1, 2, 7, 3, 0);
    assertThat(EnumeratedLaw.tokens(task.example(Split.TEST, 0))).containsExactly(4, 5, 2, 1, 6, 0);
    assertThat(task.tokenName(0)).isEqualTo("PAD");
    assertThat(task.tokenName(7)).isEqualTo("TRIGGER1");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "100|-|-|-|vocabulary: found 100; give a value from 101 to 16777216"
            + ": the wide head has as many classes",
        "-|573|-|-|triggers: found 573; give a value from 1 to 572, so that a filler is left",
        "-|-|121|-|maxCount: found 121; give a value from 1 to 120, so that it fits into words",
        "-|-|-|119|padTo: found 119; give a value from 120 to 65536, or 0 for none",
      })
  void anOptionOutOfRangeIsNamed(
      Integer vocabulary, Integer triggers, Integer maxCount, Integer padTo, String message) {
    assertThatThrownBy(
            () ->
                new Options(
                    vocabulary, triggers, null, maxCount, null, null, padTo, null, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
