package io.github.pelab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TasksTest {
  @Test
  void findsBuiltInAndForeignTasksByName() {
    assertThat(Tasks.named("distance")).isInstanceOf(DistanceTask.Factory.class);
    assertThat(Tasks.named("leaky-distance")).isInstanceOf(LeakyDistanceTask.Factory.class);
    assertThat(Tasks.all()).extracting(f -> (Object) f.name()).contains("distance").isSorted();
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> Tasks.named("distanse"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("task", "'distanse'", "use one of", "distance", "leaky-distance");
  }

  @Test
  void everyTaskCanBeMadeFromNullsAndDescribesItsOptions() throws ReflectiveOperationException {
    for (TaskFactory<?> factory : Tasks.all()) {
      assertThat(defaultTask(factory).name()).isEqualTo(factory.name());
      assertThat(factory.description()).isNotBlank();
      for (RecordComponent option : factory.options().getRecordComponents()) {
        assertThat(option.getType().isPrimitive()).as(option.getName()).isFalse();
        assertThat(option.getAnnotation(Describe.class)).as(option.getName()).isNotNull();
        assertThat(option.getAnnotation(Describe.class).value()).isNotBlank();
      }
    }
  }

  @Test
  void aSplitIsWrittenInLowerCase() {
    assertThat(Arrays.stream(Split.values()).map(Split::key))
        .containsExactly("train", "validation", "test");
  }

  /** As a configuration that says nothing would make it. */
  private static <R extends Record> Task defaultTask(TaskFactory<R> factory)
      throws ReflectiveOperationException {
    var constructor = factory.options().getDeclaredConstructors()[0];
    Object options = constructor.newInstance(new Object[constructor.getParameterCount()]);
    return factory.create(factory.options().cast(options));
  }
}
