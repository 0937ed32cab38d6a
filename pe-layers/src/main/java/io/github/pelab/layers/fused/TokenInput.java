package io.github.pelab.layers.fused;

import io.github.pelab.layers.runtime.TokenNumbers;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Token numbers. */
final class TokenInput implements Input {
  private final int vocabulary;
  private int[] tokens = new int[0];

  TokenInput(int vocabulary) {
    this.vocabulary = vocabulary;
  }

  @Override
  public void begin(INDArray input) {
    tokens = TokenNumbers.of(input, vocabulary);
  }

  int vocabulary() {
    return vocabulary;
  }

  /** That of row {@code number} among the batch's B·T. */
  int token(int number) {
    return tokens[number];
  }
}
