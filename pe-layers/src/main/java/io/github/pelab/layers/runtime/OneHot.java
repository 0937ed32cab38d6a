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
    double[] ids = tokens.dup('c').data().asDouble();
    float[] rows = new float[Math.multiplyExact(ids.length, vocabulary)];
    for (int row = 0; row < ids.length; row++) {
      int id = (int) ids[row];
      if (id != ids[row] || id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException(
            "token %s in sequence %d at position %d: token numbers are whole and run from 0 to %d"
                .formatted(ids[row], row / tokens.size(1), row % tokens.size(1), vocabulary - 1));
      }
      rows[row * vocabulary + id] = 1;
    }
    return Nd4j.createFromArray(rows).reshape('c', ids.length, vocabulary);
  }
}
