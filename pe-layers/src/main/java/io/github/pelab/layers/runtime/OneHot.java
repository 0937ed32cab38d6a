package io.github.pelab.layers.runtime;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Token numbers as one-hot rows: a product with them is a look-up whose gradient SameDiff gets
 * right. (The gradient of its own gather overwrites where a token occurs twice.)
 */
final class OneHot {
  private OneHot() {}

  /**
   * The rows of a batch.
   *
   * @param tokens {@code [B, T]}, whole numbers from 0 to {@code vocabulary} − 1 in any type
   * @return {@code [B·T, vocabulary]}
   * @throws IllegalArgumentException for any other number
   */
  static INDArray of(INDArray tokens, int vocabulary) {
    int[] numbers = TokenNumbers.of(tokens, vocabulary);
    float[] rows = new float[Math.multiplyExact(numbers.length, vocabulary)];
    for (int row = 0; row < numbers.length; row++) {
      rows[row * vocabulary + numbers[row]] = 1;
    }
    return Nd4j.createFromArray(rows).reshape('c', numbers.length, vocabulary);
  }
}
