package io.github.pelab.train.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** One line of {@code metrics.jsonl}. The field {@code kind} says which. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = MetricsRow.Epoch.class, name = "epoch"),
  @JsonSubTypes.Type(value = MetricsRow.Evaluation.class, name = "evaluation")
})
public sealed interface MetricsRow {

  /**
   * An epoch of training, as it was at its end.
   *
   * @param epoch from 1
   * @param step updates done so far
   * @param learningRate of the last update
   * @param gradientNorm mean over the epoch's updates of the norm of the gradient over all
   *     parameters, before it is cut
   * @param trainLoss mean cross-entropy in nats over the epoch's examples, as they were met
   * @param validationLoss mean cross-entropy in nats
   * @param validationAccuracy fraction right, 0 to 1
   * @param seconds of training so far, without what was studied in between
   */
  record Epoch(
      int epoch,
      int step,
      double learningRate,
      double gradientNorm,
      double trainLoss,
      double validationLoss,
      double validationAccuracy,
      double seconds)
      implements MetricsRow {}

  /**
   * A checkpoint measured on a whole split, in total and by slice.
   *
   * @param split {@code train}, {@code validation} or {@code test}
   * @param checkpoint {@code best} or {@code last}
   * @param step updates that the checkpoint was written after, by which its file is named
   * @param epoch the epoch that it was written after, from 1
   * @param loss mean cross-entropy in nats
   */
  record Evaluation(
      String split,
      String checkpoint,
      int step,
      int epoch,
      long correct,
      long total,
      double loss,
      List<SliceCount> slices)
      implements MetricsRow {

    public Evaluation {
      checkCounts(correct, total);
    }

    /** Fraction right, 0 to 1. */
    public double accuracy() {
      return (double) correct / total;
    }
  }

  /** What was right among the examples whose slice label {@code slice} has {@code value}. */
  record SliceCount(String slice, int value, long correct, long total) {
    public SliceCount {
      checkCounts(correct, total);
    }
  }

  private static void checkCounts(long correct, long total) {
    if (correct < 0 || correct > total || total < 1 || total > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "correct: found %d of %d; choose 0 to all of 1 or more".formatted(correct, total));
    }
  }
}
