package io.github.pelab.tasks;

import static io.github.pelab.tasks.EnumeratedLaw.LEVEL;
import static io.github.pelab.tasks.EnumeratedLaw.independence;
import static io.github.pelab.tasks.EnumeratedLaw.stated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.tasks.EnumeratedLaw.Outcome;
import io.github.pelab.tasks.WhichFirstTask.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class WhichFirstTaskTest {
  private static final double ROUNDING = 1e-12;
  private static final int LENGTH = 4;

  private final WhichFirstTask small = new WhichFirstTask(new Options(5, LENGTH, 1L));
  private final Roles roles = new Roles(5, 2, new ExampleStreams("which-first/1", 1).shared(0));
  private final EnumeratedLaw law = enumerate();

  /** Each of the 12 pairs of places, times each of the 4 pairs of fillers. */
  private EnumeratedLaw enumerate() {
    List<Integer> fillers = new ArrayList<>(List.of(1, 2, 3, 4));
    fillers.removeAll(List.of(roles.trigger(1), roles.trigger(2)));
    List<Outcome> outcomes = new ArrayList<>();
    for (int one = 0; one < LENGTH; one++) {
      for (int other = 0; other < LENGTH; other++) {
        for (int code = 0; code < 4 && one != other; code++) {
          Integer[] tokens = new Integer[LENGTH];
          tokens[one] = roles.trigger(1);
          tokens[other] = roles.trigger(2);
          for (int t = 0, rest = code; t < LENGTH; t++) {
            if (tokens[t] == null) {
              tokens[t] = fillers.get(rest % 2);
              rest /= 2;
            }
          }
          outcomes.add(new Outcome(Arrays.asList(tokens), one < other ? 0 : 1, 1.0 / 48));
        }
      }
    }
    return new EnumeratedLaw(2, outcomes);
  }

  private Integer placeOfFirstTrigger(List<Integer> tokens) {
    return tokens.indexOf(roles.trigger(1));
  }

  @Test
  void drawsByItsLaw() {
    assertThat(law.fit(small, 20_000)).isGreaterThan(LEVEL);
    assertThat(Purity.isPure(i -> small.example(Split.TRAIN, i), i -> again(i))).isTrue();
  }

  private static Example again(long index) {
    return new WhichFirstTask(new Options(5, LENGTH, 1L)).example(Split.TRAIN, index);
  }

  @Test
  void withoutOrderNothingTells() {
    Function<List<Integer>, ?> multiset = tokens -> tokens.stream().sorted().toList();
    assertThat(law.dependence(multiset)).isLessThan(ROUNDING);
    assertThat(law.dependence(this::placeOfFirstTrigger)).as("order tells").isGreaterThan(0.05);
    assertThat(independence(new LeakyDistanceTask(), 20_000, List::size))
        .as("a leak is found")
        .isLessThan(1e-6);
  }

  @Test
  void ceilingsAreThoseOfTheLaw() {
    assertThat(stated(small, "multiset"))
        .isCloseTo(law.ceiling(tokens -> tokens.stream().sorted().toList()), within(ROUNDING));
    assertThat(stated(small, "place of TRIGGER1"))
        .isCloseTo(law.ceiling(this::placeOfFirstTrigger), within(ROUNDING));
    assertThat(stated(small, "Bayes"))
        .isCloseTo(law.ceiling(Function.identity()), within(ROUNDING));
  }

  @Test
  void optionsOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new Options(3, null, null))
        .hasMessageStartingWith("vocabulary: found 3; give a value from 4 to");
    assertThatThrownBy(() -> new Options(null, 1, null))
        .hasMessageStartingWith("length: found 1; give a value from 2 to");
  }
}
