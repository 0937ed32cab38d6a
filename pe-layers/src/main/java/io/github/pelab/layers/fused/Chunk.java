package io.github.pelab.layers.fused;

import java.util.List;

/**
 * Sequences of a batch end to end: as many as are worked on at a time, so that what is made of them
 * is still in the cache when it is needed.
 *
 * @param index in its lane, from 0
 * @param rows number of tokens
 * @param numbers of each row among the batch's B·T: b·T + t
 */
@SuppressWarnings("ArrayRecordComponent") // not compared as records
record Chunk(int index, int rows, List<Sequence> sequences, int[] numbers) {
  /** Whether it is the first one of its lane. */
  boolean first() {
    return index == 0;
  }
}
