package io.github.pelab.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ConfigReader;
import io.github.pelab.train.config.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningTest {
  private static final double[] GRID = {0.001, 0.002, 0.004, 0.008};

  @TempDir Path directory;

  private Sweep.Member member(double rate, int seed) {
    try {
      Path file =
          Files.writeString(
              directory.resolve("suite.yaml"),
              """
              schemaVersion: 1
              name: results
              task: {name: distance, vocabulary: 8, maxGap: 2, minLength: 4, maxLength: 6}
              model: {scheme: [rope]}
              training: {learningRate: %s, seed: %d}
              """
                  .formatted(rate, seed));
      return Experiment.configs().read(file).members().get(0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Seeds 101 and 102 of each rate. */
  private List<TuningRow> rows(DoubleUnaryOperator accuracy, DoubleUnaryOperator loss) {
    List<TuningRow> rows = new ArrayList<>();
    for (double rate : GRID) {
      for (int seed = 101; seed <= 102; seed++) {
        ObjectNode config = member(rate, seed).effective().deepCopy();
        config.put("name", "tuning");
        rows.add(
            new TuningRow(
                "rope",
                config,
                ConfigReader.hash(config),
                accuracy.applyAsDouble(rate) + 0.001 * (seed - 101),
                loss.applyAsDouble(rate),
                1,
                Made.ORIGIN));
      }
    }
    return rows;
  }

  private static TuningRow withConfig(TuningRow row, JsonNode config) {
    return new TuningRow(
        row.label(),
        config,
        ConfigReader.hash(config),
        row.accuracy(),
        row.loss(),
        row.seconds(),
        row.origin());
  }

  /** By rows as they are read from a file. */
  private List<String> objections(double rate, List<TuningRow> rows) {
    try {
      Evidence evidence = new Evidence(directory);
      evidence.writeTuning("tuning", rows);
      return Tuning.objections(
          List.of(member(rate, 1)), evidence.ofTuning("tuning"), Claim.Protocol.CLEAN);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theBestRateOfTheGridIsTheOne() {
    List<TuningRow> rows = rows(rate -> rate == 0.004 ? 0.9 : 0.5, rate -> 1);
    assertThat(objections(0.004, rows)).isEmpty();
    assertThat(objections(0.002, rows))
        .containsExactly(
            "rope: found learning rate 0.002, but 0.004 is the best of [0.001, 0.002, 0.004, 0.008];"
                + " write that in the suite");
  }

  @Test
  void whatIsAsGoodIsToldApartByLoss() {
    List<TuningRow> rows = rows(rate -> rate == 0.004 ? 0.903 : 0.9, rate -> rate);
    assertThat(objections(0.002, rows)).as("0.001 has less, but is on the edge").isEmpty();
  }

  @Test
  void aGridWhoseEdgeIsBestIsTooNarrow() {
    assertThat(objections(0.008, rows(rate -> rate == 0.008 ? 0.9 : 0.5, rate -> 1)))
        .containsExactly(
            "rope: the best learning rate, of [0.001, 0.002, 0.004, 0.008], is on the grid's edge;"
                + " widen the tuning's suite");
  }

  @Test
  void theSeedsThatChoseAreNotThoseOfResults() {
    List<TuningRow> rows = rows(rate -> rate == 0.004 ? 0.9 : 0.5, rate -> 1);
    assertThat(Tuning.objections(List.of(member(0.004, 102)), rows, Claim.Protocol.CLEAN))
        .containsExactly("rope: seed 102 chose the rate; results need others");
  }

  private static List<TuningRow> ofSixLayers(List<TuningRow> rows) {
    return rows.stream()
        .map(
            row -> {
              ObjectNode config = row.config().deepCopy();
              config.withObject("/model").put("layers", 6);
              return withConfig(row, config);
            })
        .toList();
  }

  @Test
  void aRunIsOnceInItsGrid() throws IOException {
    List<TuningRow> rows = rows(rate -> 1, rate -> 1);
    rows.add(rows.get(0));
    Evidence evidence = new Evidence(directory);
    evidence.writeTuning("tuning", rows);
    assertThatThrownBy(() -> evidence.ofTuning("tuning"))
        .hasMessageContaining("tuning.jsonl: line 9: of the same run as a line before");
  }

  @Test
  void anotherConfigurationIsNotTuned() {
    assertThat(objections(0.004, ofSixLayers(rows(rate -> rate, rate -> 1))))
        .containsExactly("rope: its learning rate was not tuned; add it to the tuning's suite");
  }

  @Test
  void asReleasedOneRateIsBestForAllModelsTogether() {
    List<TuningRow> rows = new ArrayList<>(rows(rate -> rate == 0.004 ? 0.6 : 0.5, rate -> 1));
    rows.addAll(ofSixLayers(rows(rate -> rate == 0.002 ? 0.8 : 0.5, rate -> 1)));
    assertThat(Tuning.objections(List.of(member(0.002, 1)), rows, Claim.Protocol.AS_RELEASED))
        .isEmpty();
    assertThat(Tuning.objections(List.of(member(0.004, 1)), rows, Claim.Protocol.CLEAN)).isEmpty();
  }
}
