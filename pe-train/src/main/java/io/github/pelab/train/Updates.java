package io.github.pelab.train;

import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.tasks.TaskIterator;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The updates of a network, one by one: the gradient of a batch, summed over its micro-batches, cut
 * to a largest norm, and applied as the network's updater says. With one micro-batch and no cut an
 * update is that of DL4J's {@code fit}, to the bit, but for {@link AdamW}'s, which is so to
 * rounding; DL4J itself can do neither.
 */
public final class Updates {
  private final MultiLayerNetwork network;
  private final int microBatches;
  private final double clip;
  private final Optional<AdamW> adamW;
  private INDArray sum;

  /**
   * Updates of {@code network}.
   *
   * @param microBatches of a full batch
   * @param clip largest norm of the mean gradient over all parameters; 0 for none
   */
  public Updates(MultiLayerNetwork network, int microBatches, double clip) {
    this.network = network;
    this.microBatches = microBatches;
    this.clip = clip;
    adamW = AdamW.of(network);
  }

  /**
   * What an update saw, before it moved the parameters.
   *
   * @param examples in the batch
   * @param loss mean cross-entropy in nats
   * @param gradientNorm of the mean gradient over all parameters, before it was cut
   * @param last micro-batch; where the loss is no number, the one that made it so
   */
  public record Seen(int examples, double loss, double gradientNorm, TaskBatch last) {
    boolean finite() {
      return Double.isFinite(loss) && Double.isFinite(gradientNorm);
    }
  }

  /**
   * Takes the next batch and updates the network; but not where loss or gradient are no numbers:
   * then the parameters stay as they are, and no micro-batch is taken after the one whose loss it
   * was.
   *
   * @param batches hands out micro-batches; at its end there may be too few for a full batch
   */
  public Seen next(TaskIterator batches) {
    int update = network.getIterationCount();
    int examples = 0;
    double lossSum = 0;
    TaskBatch last = null;
    for (int micro = 0;
        micro < microBatches && batches.hasNext() && Double.isFinite(lossSum);
        micro++) {
      // Dropout counts iterations, and each micro-batch is to have a mask of its own.
      network.setIterationCount(update * microBatches + micro);
      last = batches.nextBatch();
      lossSum += gradient(network, last);
      examples += last.examples().size();
      sum(micro == 0);
    }
    network.setIterationCount(update);
    INDArray gradient = network.getGradientsViewArray();
    if (microBatches > 1) {
      gradient.assign(sum);
    }
    double norm = gradient.norm2Number().doubleValue() / examples;
    Seen seen = new Seen(examples, lossSum / examples, norm, last);
    if (seen.finite()) {
      if (clip > 0 && norm > clip) {
        gradient.muli(clip / norm);
      }
      apply(examples);
      network.setIterationCount(update + 1);
    }
    return seen;
  }

  /**
   * Leaves the gradient of a batch's losses, summed over its examples, in the network's own array.
   *
   * @return the sum of the losses, in nats
   */
  public static double gradient(MultiLayerNetwork network, TaskBatch batch) {
    network.setInput(batch.data().getFeatures());
    network.setLabels(batch.data().getLabels());
    network.setLayerMaskArrays(batch.data().getFeaturesMaskArray(), null);
    network.computeGradientAndScore();
    network.clearLayerMaskArrays();
    for (Layer layer : network.getLayers()) {
      layer.clear();
    }
    // DL4J's score has the weight decay added.
    double loss = network.score() - network.calcRegularizationScore(true);
    return batch.examples().size() * loss;
  }

  private void sum(boolean first) {
    if (microBatches == 1) {
      return;
    }
    if (sum == null) {
      sum = network.getGradientsViewArray().dup();
    } else if (first) {
      sum.assign(network.getGradientsViewArray());
    } else {
      sum.addi(network.getGradientsViewArray());
    }
  }

  /** The updater divides by the number of examples, and turns the gradient into a step. */
  private void apply(int examples) {
    if (adamW.isPresent()) {
      adamW.get().apply(network.getIterationCount(), network.getEpochCount(), examples);
      return;
    }
    INDArray gradient = network.getGradientsViewArray();
    network
        .getUpdater()
        .update(
            network,
            network.gradient(),
            network.getIterationCount(),
            network.getEpochCount(),
            examples,
            LayerWorkspaceMgr.noWorkspaces());
    network.params().subi(gradient.reshape(gradient.length()));
  }
}
