package io.github.pelab.claims;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.ablation.regression.Origin;
import io.github.pelab.claims.metric.RunRows;
import io.github.pelab.train.run.MetricsRow;

/**
 * One line of {@code results/tuning/SUITE.jsonl}: how far a run of a learning rate's grid came on
 * the validation split.
 *
 * @param label of the run in its suite
 * @param config effective
 * @param configHash of {@code config}
 * @param accuracy when training ended, from 0 to 1
 * @param loss then, in nats
 * @param seconds that its training took
 */
public record TuningRow(
    String label,
    JsonNode config,
    String configHash,
    double accuracy,
    double loss,
    double seconds,
    Origin origin) {

  /**
   * What a run says.
   *
   * @throws IllegalArgumentException if its training has not ended
   */
  public static TuningRow of(RunRows run) {
    MetricsRow.Epoch last =
        run.lastEpoch()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        run.run().label() + ": no epoch has ended; let pe claim end it"));
    return new TuningRow(
        run.run().label(),
        run.run().config(),
        run.run().configHash(),
        last.validationAccuracy(),
        last.validationLoss(),
        run.seconds(),
        Origin.of(run.run().provenance()));
  }

  double rate() {
    return config.at("/training/learningRate").asDouble();
  }

  long seed() {
    return config.at("/training/seed").asLong();
  }
}
