package io.github.pelab.layers.heads;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An intervention on one head: what it hands to the output projection is replaced. Legend: B batch,
 * T time, K head size.
 *
 * @param block the attention's index in its layer, from 0
 * @param head from 0
 * @param value {@code [K]}, the same for every token, or {@code [B, T, K]}, for a batch of that
 *     shape
 */
public record HeadReplacement(int block, int head, INDArray value) {
  public HeadReplacement {
    if (value.rank() != 1 && value.rank() != 3) {
      throw new IllegalArgumentException(
          "replacement of head %d: value must have shape [K] or [B, T, K], found rank %d"
              .formatted(head, value.rank()));
    }
  }
}
