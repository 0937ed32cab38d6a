package io.github.pelab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.tasks.released.CountAsReleased;
import io.github.pelab.tasks.released.DistanceAsReleased;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What tokens are told apart by where it is shown what attention looks at. */
class TokenClassesTest {
  private static final DistanceTask DISTANCE =
      new DistanceTask(new DistanceTask.Options(null, null, null, null, null));
  private static final DistanceAsReleased DISTANCE_AS_RELEASED =
      new DistanceAsReleased(DistanceAsReleased.Options.defaults());
  private static final CountTask COUNT =
      new CountTask(new CountTask.Options(null, null, null, null, null, null));
  private static final CountAsReleased COUNT_AS_RELEASED =
      new CountAsReleased(CountAsReleased.Options.defaults());

  static Stream<Task> tasks() {
    return Stream.of(
        DISTANCE,
        DISTANCE_AS_RELEASED,
        COUNT,
        COUNT_AS_RELEASED,
        new LeakyDistanceTask.Factory().create(new LeakyDistanceTask.Options()));
  }

  private static Map<String, Long> sizes(Task task) {
    return IntStream.range(0, task.vocabularySize())
        .mapToObj(token -> className(task, token))
        .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
  }

  private static String className(Task task, int token) {
    return task.tokenClasses().get(task.tokenClass(token));
  }

  @Test
  void theTriggersOfADistanceAreTwoClasses() {
    for (Task task : new Task[] {DISTANCE, DISTANCE_AS_RELEASED}) {
      assertThat(task.tokenClasses()).containsExactly("trigger 1", "trigger 2", "filler", "pad");
      assertThat(sizes(task))
          .containsOnly(
              Map.entry("trigger 1", 1L),
              Map.entry("trigger 2", 1L),
              Map.entry("filler", task.vocabularySize() - 3L),
              Map.entry("pad", 1L));
    }
    assertThat(className(DISTANCE, DISTANCE.trigger1())).isEqualTo("trigger 1");
    assertThat(className(DISTANCE, DISTANCE.trigger2())).isEqualTo("trigger 2");
    assertThat(className(DISTANCE_AS_RELEASED, DISTANCE_AS_RELEASED.trigger1()))
        .isEqualTo("trigger 1");
    assertThat(className(DISTANCE_AS_RELEASED, DISTANCE_AS_RELEASED.trigger2()))
        .isEqualTo("trigger 2");
  }

  @Test
  void thoseOfACountAreOne() {
    triggersAreOneClass(COUNT, COUNT.roles()::isTrigger, 4);
    triggersAreOneClass(COUNT_AS_RELEASED, COUNT_AS_RELEASED.roles()::isTrigger, 30);
  }

  private static void triggersAreOneClass(Task task, IntPredicate isTrigger, long triggers) {
    assertThat(task.tokenClasses()).containsExactly("trigger", "filler", "pad");
    assertThat(sizes(task)).containsEntry("trigger", triggers).containsEntry("pad", 1L);
    for (int token = 1; token < task.vocabularySize(); token++) {
      assertThat(className(task, token)).isEqualTo(isTrigger.test(token) ? "trigger" : "filler");
    }
  }

  @Test
  void aTaskThatSaysNothingHasTokensAndPadding() {
    Task silent = new LeakyDistanceTask.Factory().create(new LeakyDistanceTask.Options());
    assertThat(sizes(silent))
        .containsOnly(Map.entry("token", silent.vocabularySize() - 1L), Map.entry("pad", 1L));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void paddingIsAClassOfItsOwnAndForeignIdsAreOfNone(Task task) {
    assertThat(className(task, Task.PADDING)).isEqualTo("pad");
    for (int wrong : new int[] {-1, task.vocabularySize()}) {
      assertThatThrownBy(() -> task.tokenClass(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "token: found %d; give a value from 0 to %d", wrong, task.vocabularySize() - 1);
    }
  }
}
