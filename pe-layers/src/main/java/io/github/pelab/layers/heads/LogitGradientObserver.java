package io.github.pelab.layers.heads;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Told in every backward pass, in block order, how a loss depends on logits. */
@FunctionalInterface
public interface LogitGradientObserver {
  /**
   * An attention's logits. Legend: B batch, T time, H heads.
   *
   * <p>The loss is the one whose gradient the layer is handed for its output. In a network of
   * DL4J's that is the sum over the batch's examples, of which the score is the mean; it holds no
   * regularization.
   *
   * @param block the attention's index in its layer, from 0
   * @param gradients {@code [B, H, T, T]}: ∂loss/∂logit[i,j], of the logits that {@link
   *     AttentionTrace} shows. Zero where query i may not see key j and, as far as padding does not
   *     enter the loss, where i is padding; but for {@code fast} attention each row sums to zero,
   *     for softmax sees differences alone. A copy, shared by the observers of a pass
   */
  void differentiated(int block, INDArray gradients);
}
