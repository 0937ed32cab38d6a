package io.github.pelab.layers.fused;

/**
 * A sequence of a batch as it is laid into a chunk: its tokens from the first to the last one.
 *
 * @param index its number in the batch
 * @param first the chunk's row of its first token
 * @param tokens their number, n
 * @param position of the first token, t
 * @param hidden which of them is padding that keys and values are not made of; null for none
 * @param padding which of them is padding; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // not compared as records
record Sequence(
    int index, int first, int tokens, int position, boolean[] hidden, boolean[] padding) {}
