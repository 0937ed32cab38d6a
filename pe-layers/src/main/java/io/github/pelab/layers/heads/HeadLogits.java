package io.github.pelab.layers.heads;

/**
 * A head's logits in one sequence of a batch, of the n tokens that are no padding, before masks.
 *
 * @param block the attention's index in its layer, from 0
 * @param example the sequence's index in the batch
 * @param logits {@code [n][n]}, query × key, scaled and with lag bias
 * @param content {@code [n][n]}: what they would be, of the same queries and keys, without rotation
 *     and lag bias
 * @param gradient {@code [n][n]}: the loss's at the logits, as {@link LogitGradientObserver} says
 */
@SuppressWarnings("ArrayRecordComponent") // plain arrays; not compared
public record HeadLogits(
    int block, int example, int head, double[][] logits, double[][] content, double[][] gradient) {}
