package io.github.pelab.layers.heads;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Told in every forward pass, in block order, what heads handed to the output projection. */
@FunctionalInterface
public interface HeadOutputObserver {
  /**
   * An attention's heads.
   *
   * @param block the attention's index in its layer, from 0
   * @param outputs {@code [B, T, D]}: head h in columns h·K to (h+1)·K − 1, replacements included;
   *     what it holds at padding means nothing. A copy, shared by the observers of a pass
   */
  void handedOver(int block, INDArray outputs);
}
