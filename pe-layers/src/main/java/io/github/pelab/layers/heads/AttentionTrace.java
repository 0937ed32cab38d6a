package io.github.pelab.layers.heads;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One attention's inner values in one forward pass. Legend: B batch, T time, H heads, K head size,
 * D = H·K width, Q numbers in a head's query and key: K, or in latent attention more. All arrays
 * are copies, shared by the observers of a pass.
 *
 * <p>Without positions, and before any bias by lag, head h scores
 *
 * <pre>
 *   logit[i,j] = scale · q_h(i) · k_h(j)
 * </pre>
 *
 * @param block index in its layer, from 0
 * @param queries {@code [B, T, H·Q]}: what heads score with, before a scheme maps it by position,
 *     and not yet scaled; head h in columns h·Q to (h+1)·Q − 1. In latent attention a head's
 *     content comes first, then its rotary part, which alone a scheme maps. A part that was removed
 *     is zero here
 * @param keys {@code [B, T, H·Q]}, likewise; what all heads share is there for each of them
 * @param scale what products of queries and keys are multiplied by: the logit scale over √Q
 * @param logits {@code [B, H, T, T]}, query × key, scaled and with lag bias, before any mask
 * @param weights {@code [B, H, T, T]}, after masks and softmax, before dropout
 * @param headOutputs {@code [B, T, D]}: head h in columns h·K to (h+1)·K − 1, as handed to the
 *     output projection, replacements included
 * @param output {@code [B, T, D]}, after the output projection, before dropout and residual
 * @param outputWeight {@code [D, D]}
 * @param outputBias {@code [1, D]}; null if there is none
 */
public record AttentionTrace(
    int block,
    INDArray queries,
    INDArray keys,
    double scale,
    INDArray logits,
    INDArray weights,
    INDArray headOutputs,
    INDArray output,
    INDArray outputWeight,
    INDArray outputBias) {

  /** H. */
  public int heads() {
    return (int) logits.size(1);
  }

  /** K. */
  public int headSize() {
    return (int) headOutputs.size(2) / heads();
  }

  /** The queries of head {@code head}, {@code [B, T, Q]}. */
  public INDArray query(int head) {
    return part(queries, head);
  }

  /** The keys of head {@code head}, {@code [B, T, Q]}. */
  public INDArray key(int head) {
    return part(keys, head);
  }

  /** What head {@code head} handed to the output projection, {@code [B, T, K]}. */
  public INDArray headOutput(int head) {
    return part(headOutputs, head);
  }

  /**
   * What head {@code head} adds to the attention's output: its columns of the head outputs times
   * its rows of the output weight, {@code [B, T, D]}. The contributions of all heads and the output
   * bias sum to {@link #output()}.
   */
  public INDArray contribution(int head) {
    long batch = headOutputs.size(0);
    long length = headOutputs.size(1);
    INDArray rows = headOutput(head).reshape('c', batch * length, headSize());
    INDArray weight = outputWeight.get(columns(head, headSize()), NDArrayIndex.all()).dup('c');
    INDArray product =
        Nd4j.createUninitialized(
            rows.dataType(), new long[] {batch * length, outputWeight.size(1)}, 'c');
    Nd4j.gemm(rows, weight, product, false, false, 1, 0);
    return product.reshape('c', batch, length, outputWeight.size(1));
  }

  /** A head's share of {@code [B, T, ·]}. */
  private INDArray part(INDArray ofAll, int head) {
    return ofAll
        .get(NDArrayIndex.all(), NDArrayIndex.all(), columns(head, (int) ofAll.size(2) / heads()))
        .dup('c');
  }

  private static INDArrayIndex columns(int head, int size) {
    return NDArrayIndex.interval((long) head * size, (long) (head + 1) * size);
  }
}
