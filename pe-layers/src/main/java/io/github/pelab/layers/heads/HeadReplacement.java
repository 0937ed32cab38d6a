package io.github.pelab.layers.heads;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An intervention on one head: what it hands to the output projection is replaced. Legend: B batch,
 * T time, K head size.
 *
 * @param block the attention's index in its layer, from 0
 * @param head from 0
 * @param value {@code [K]}, the same for every token; {@code [R, K]}, whose rows are dealt out to
 *     the tokens of a batch, row after row of it, and again from the first when they are used up;
 *     or {@code [B, T, K]}, for a batch of that shape
 */
public record HeadReplacement(int block, int head, INDArray value) implements HeadIntervention {
  public HeadReplacement {
    if (value.rank() < 1 || value.rank() > 3 || value.isEmpty()) {
      throw new IllegalArgumentException(
          "replacement of head %d: value must have shape [K], [R, K] or [B, T, K], found %s"
              .formatted(head, Arrays.toString(value.shape())));
    }
  }
}
