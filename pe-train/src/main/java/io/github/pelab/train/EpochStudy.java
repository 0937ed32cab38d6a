package io.github.pelab.train;

import io.github.pelab.train.progress.Progress;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Looks at a network while it is trained, at the end of every {@code ablation.every}-th epoch and
 * of the last one. It leaves the network as it is: training ends as it would without it, to the
 * bit.
 */
@FunctionalInterface
public interface EpochStudy {
  /**
   * What is found, as a line of {@code formation.jsonl}. It must be the same whenever it is looked
   * for: after an interruption it is looked for again.
   *
   * @param epoch that has ended, from 1
   * @param step updates done so far
   * @param progress to be stepped often: where training is to stop, that throws
   */
  Row of(MultiLayerNetwork network, int epoch, int step, Progress progress);

  /** What can be told from other epochs' rows: it is written as JSON, with its epoch. */
  interface Row {
    /** The epoch that had ended, from 1. */
    int epoch();
  }
}
