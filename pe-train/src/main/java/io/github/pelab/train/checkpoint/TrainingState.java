package io.github.pelab.train.checkpoint;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;

/**
 * How far training has come, beside the network and its updater's moments. There is no state of a
 * random number generator in it, because there is none: the order of examples is a function of seed
 * and epoch, dropout one of seed and step.
 *
 * @param configHash of the run's config
 * @param step updates done
 * @param epoch epochs that have ended
 * @param position examples of the epoch at hand that have been trained on
 * @param sums over the part of that epoch that is done
 * @param best what validation liked best so far; null before an epoch has ended
 */
public record TrainingState(
    String configHash,
    int step,
    int epoch,
    int position,
    Sums sums,
    @JsonSetter(nulls = Nulls.SET) Best best) {

  public TrainingState {
    if (step < 0 || epoch < 0 || position < 0 || (best == null) != (epoch == 0)) {
      throw new IllegalArgumentException("no training comes to such a state");
    }
  }

  /** Before the first update. */
  public static TrainingState start(String configHash) {
    return new TrainingState(configHash, 0, 0, 0, Sums.NONE, null);
  }

  /**
   * The epoch at hand, an update further.
   *
   * @param sums with that update
   */
  public TrainingState after(int step, int position, Sums sums) {
    return new TrainingState(configHash, step, epoch, position, sums, best);
  }

  /** The start of the next epoch, when this one has been validated. */
  public TrainingState nextEpoch(double validationAccuracy) {
    int ended = epoch + 1;
    boolean better = best == null || validationAccuracy > best.accuracy();
    return new TrainingState(
        configHash,
        step,
        ended,
        0,
        Sums.NONE,
        better ? new Best(step, ended, validationAccuracy) : best);
  }

  /** Epochs without a better validation accuracy. */
  public int waited() {
    return best == null ? 0 : epoch - best.epoch();
  }

  /**
   * The epoch with the best validation accuracy, the earliest of equals.
   *
   * @param step at its end
   * @param epoch from 1
   */
  public record Best(int step, int epoch, double accuracy) {}

  /**
   * Over a part of an epoch.
   *
   * @param loss over examples
   * @param gradientNorm over updates
   */
  public record Sums(long examples, long updates, double loss, double gradientNorm) {
    /** Of nothing. */
    public static final Sums NONE = new Sums(0, 0, 0, 0);

    /**
     * With an update more.
     *
     * @param meanLoss over the update's examples
     */
    public Sums with(int examples, double meanLoss, double gradientNorm) {
      return new Sums(
          this.examples + examples,
          updates + 1,
          loss + examples * meanLoss,
          this.gradientNorm + gradientNorm);
    }

    public double meanLoss() {
      return loss / examples;
    }

    public double meanGradientNorm() {
      return gradientNorm / updates;
    }
  }
}
