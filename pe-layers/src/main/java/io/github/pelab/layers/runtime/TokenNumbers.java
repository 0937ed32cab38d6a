package io.github.pelab.layers.runtime;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Token numbers, checked. */
public final class TokenNumbers {
  private TokenNumbers() {}

  /**
   * The numbers of a batch, row after row.
   *
   * @param tokens {@code [B, T]}, whole numbers from 0 to {@code vocabulary} − 1 in any type
   * @throws IllegalArgumentException for any other number
   */
  public static int[] of(INDArray tokens, int vocabulary) {
    double[] numbers = tokens.dup('c').data().asDouble();
    int[] checked = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      checked[i] = (int) numbers[i];
      if (checked[i] != numbers[i] || checked[i] < 0 || checked[i] >= vocabulary) {
        throw new IllegalArgumentException(
            "token %s in sequence %d at position %d: token numbers are whole and run from 0 to %d"
                .formatted(numbers[i], i / tokens.size(1), i % tokens.size(1), vocabulary - 1));
      }
    }
    return checked;
  }
}
