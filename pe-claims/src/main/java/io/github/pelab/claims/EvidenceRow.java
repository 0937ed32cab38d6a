package io.github.pelab.claims;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.ablation.regression.Origin;
import io.github.pelab.claims.metric.Metrics;
import io.github.pelab.claims.metric.RunRows;
import io.github.pelab.train.config.Sweep;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * One line of {@code results/claims/ID.jsonl}: what a run says to a claim.
 *
 * @param claim its id
 * @param hypothesis SHA-256 of the claim's statements and rule, in hexadecimal: the row was made
 *     for these
 * @param label of the run in its suite
 * @param config effective, by which the run is found again
 * @param configHash of {@code config}
 * @param seconds that its training took
 * @param values by metric that was asked; null where it says nothing of this run
 * @param origin of its numbers
 */
public record EvidenceRow(
    String claim,
    String hypothesis,
    String label,
    JsonNode config,
    String configHash,
    long parameters,
    double seconds,
    @JsonSetter(contentNulls = Nulls.SET) Map<String, Double> values,
    Origin origin) {

  public EvidenceRow {
    values.forEach(
        (metric, value) -> {
          if (value != null && !Double.isFinite(value)) {
            throw new IllegalArgumentException(
                "values: found %s of %s; a number is finite, or null".formatted(value, metric));
          }
        });
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** What the run says to the claim. */
  public static EvidenceRow of(Claim claim, Plan.Step step, RunRows run) {
    Map<String, Double> values = new TreeMap<>();
    for (String metric : step.metrics()) {
      OptionalDouble value = Metrics.parse(metric).of(run);
      values.put(metric, value.isPresent() ? Double.valueOf(value.getAsDouble()) : null);
    }
    return new EvidenceRow(
        claim.id(),
        claim.hypothesis(),
        run.run().label(),
        run.run().config(),
        run.run().configHash(),
        run.run().parameters(),
        run.seconds(),
        values,
        Origin.of(run.run().provenance()));
  }

  /** Whether the run was asked all that it is to be asked. */
  public boolean answers(Plan.Step step) {
    return values.keySet().containsAll(step.metrics());
  }

  /** What tells it from runs of the same configuration. */
  public long seed() {
    return config.at("/training/seed").asLong();
  }

  /** Where the run lies, below the directory of all runs. */
  public String directory() {
    return config.at("/name").asText() + "/" + Sweep.Member.directory(label, configHash);
  }
}
