package io.github.pelab.ablation.regression;

import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** What is read off a network. */
final class Networks {
  private Networks() {}

  /** Probabilities {@code [B, classes]}, row by row, as at inference. */
  static double[] output(MultiLayerNetwork network, TaskBatch batch) {
    return Evaluation.probabilities(network, batch).dup('c').data().asDouble();
  }

  static String parameters(MultiLayerNetwork network) {
    return Digest.of(network.params().dup('c').data().asFloat());
  }
}
