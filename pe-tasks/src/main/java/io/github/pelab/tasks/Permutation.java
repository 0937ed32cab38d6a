package io.github.pelab.tasks;

import java.util.SplittableRandom;

/** Uniformly drawn permutations. */
public final class Permutation {
  private Permutation() {}

  /** The numbers from..to − 1 in random order (Fisher–Yates, inside out). */
  public static int[] ofRange(int from, int to, SplittableRandom random) {
    int[] numbers = new int[to - from];
    for (int i = 0; i < numbers.length; i++) {
      int j = random.nextInt(i + 1);
      numbers[i] = numbers[j];
      numbers[j] = from + i;
    }
    return numbers;
  }
}
