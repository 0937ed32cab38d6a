package io.github.pelab.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Whether examples depend on nothing but their place. */
public final class Purity {
  private static final int SOME = 2_000;

  private Purity() {}

  /** Forwards, backwards, by several threads and by another instance: the same examples. */
  public static boolean isPure(LongFunction<Example> generator, LongFunction<Example> elsewhere) {
    List<Example> forwards = LongStream.range(0, SOME).mapToObj(generator).toList();
    Example[] backwards = new Example[SOME];
    for (int index = SOME - 1; index >= 0; index--) {
      backwards[index] = generator.apply(index);
    }
    return forwards.equals(Arrays.asList(backwards))
        && forwards.equals(LongStream.range(0, SOME).parallel().mapToObj(generator).toList())
        && forwards.equals(LongStream.range(0, SOME).parallel().mapToObj(elsewhere).toList());
  }
}
