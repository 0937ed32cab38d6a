package io.github.pelab.train;

import java.util.OptionalDouble;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Looks at a network while it is trained, before the first update and after every {@code
 * spectra.every}-th. It leaves the network as it is: training ends as it would without it, to the
 * bit.
 */
@FunctionalInterface
public interface StepStudy {
  /**
   * What is found, as a line of {@code spectra.jsonl}. It must be the same whenever it is looked
   * for: after an interruption it is looked for again.
   *
   * @param step updates done so far
   * @param updateSize norm of what the last update added to the parameters; empty before the first
   */
  Row of(MultiLayerNetwork network, int step, OptionalDouble updateSize);

  /** What can be told from other steps' rows: it is written as JSON, with its step. */
  interface Row {
    /** Updates done so far. */
    int step();
  }
}
