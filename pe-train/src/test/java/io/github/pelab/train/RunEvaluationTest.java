package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.tasks.Split;
import io.github.pelab.train.RunEvaluation.Change;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunEvaluationTest {
  private static final String YAML =
      """
      schemaVersion: 1
      name: short
      task: %s
      data: {train: 64, validation: 20, test: 30}
      model: {scheme: "%s", layers: 1, width: 8, heads: 2, maxLength: %d, dropout: 0.1}
      training: {epochs: 1, batch: 32, learningRate: 0.01}
      """;
  private static final String DISTANCE =
      "{name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}";
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir Path temporary;

  private RunDirectory trained(String task, String scheme, int maxLength) {
    Sweep.Member member =
        Fixtures.sweep(temporary, YAML.formatted(task, scheme, maxLength)).members().get(0);
    RunDirectory run = RunDirectory.create(temporary, "short", member.directory());
    Fixtures.train(member, run);
    return run;
  }

  private static ObjectNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static RunEvaluation at(RunDirectory run, Integer length) {
    return new RunEvaluation(run, "best", Split.TEST, new Change(nothing(), length, null, null));
  }

  private static RunEvaluation with(RunDirectory run, String option, int value) {
    return new RunEvaluation(
        run, "last", Split.VALIDATION, new Change(nothing().put(option, value), null, 10, null));
  }

  @Test
  void unchangedItFindsWhatTrainingFoundAndKeepsIt() {
    RunDirectory run = trained(DISTANCE, "rope", 7);
    EvaluationRow row = at(run, null).run(CLOCK);
    assertThat(row.time()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(row.result())
        .isEqualTo(
            run.rows(RunDirectory.METRICS, MetricsRow.class).stream()
                .filter(MetricsRow.Evaluation.class::isInstance)
                .findFirst()
                .orElseThrow());
    assertThat(row.task()).isEqualTo(run.read().config().path("task"));
    assertThat(row.ceilings()).isEqualTo(run.read().ceilings());

    EvaluationRow changed = with(run, "minLength", 7).run(CLOCK);
    assertThat(changed.task().path("minLength").intValue()).isEqualTo(7);
    assertThat(changed.result().checkpoint()).isEqualTo("last");
    assertThat(changed.result().split()).isEqualTo("validation");
    assertThat(changed.result().total()).isEqualTo(10);
    assertThat(changed.result().slices())
        .filteredOn(slice -> slice.slice().equals("length"))
        .singleElement()
        .isEqualTo(new MetricsRow.SliceCount("length", 7, changed.result().correct(), 10));

    assertThat(run.rows(RunDirectory.EVALUATIONS, EvaluationRow.class))
        .containsExactly(row, changed);
  }

  /** A model that was made for more has the same parameters, and needs no rebuilding. */
  @ParameterizedTest
  @ValueSource(strings = {"rope", "alibi", "sinusoidal", "random", "nope", "t5", "alibi+rope"})
  void beyondTheModelsLengthItIsAsIfTheModelHadBeenMadeForMore(String scheme) {
    EvaluationRow rebuilt = at(trained(DISTANCE, scheme, 7), 12).run(CLOCK);
    EvaluationRow asItWas = at(trained(DISTANCE, scheme, 12), 12).run(CLOCK);
    assertThat(rebuilt.length()).isEqualTo(12);
    assertThat(rebuilt.result()).isEqualTo(asItWas.result());
    assertThat(rebuilt.result().slices())
        .filteredOn(slice -> slice.slice().equals("length"))
        .extracting(MetricsRow.SliceCount::value)
        .containsExactly(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"learned", "random(trainable=true)", "t5(buckets=0)", "learned+rope"})
  void parametersByPositionEndSomewhere(String scheme) {
    RunDirectory run = trained(DISTANCE, scheme, 7);
    assertThat(at(run, 5).run(CLOCK).result().total()).isEqualTo(30);
    assertThatThrownBy(() -> at(run, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            run.path()
                + ": scheme "
                + scheme
                + " has trained parameters for each position, up to the model's maxLength of 7,"
                + " and none beyond; ask for at most that");
    assertThat(run.rows(RunDirectory.EVALUATIONS, EvaluationRow.class)).hasSize(1);
  }

  private static RunEvaluation by(RunDirectory run, String attention) {
    return new RunEvaluation(run, "best", Split.TEST, new Change(nothing(), null, null, attention));
  }

  @Test
  void anotherFormWithTheSameParametersTakesItsPlace() {
    RunDirectory run = trained(DISTANCE, "rope", 7);
    EvaluationRow own = at(run, null).run(CLOCK);
    EvaluationRow fast = by(run, "fast(degree=9,bound=5)").run(CLOCK);
    assertThat(own.attention()).isEqualTo("multi-head");
    assertThat(fast.attention()).isEqualTo("fast(degree=9,bound=5)");
    assertThat(fast.result().correct()).isEqualTo(own.result().correct());
    assertThat(fast.result().loss()).isCloseTo(own.result().loss(), within(1e-3));
    assertThat(by(run, "multi-head(bound=0.01)").run(CLOCK).result().loss())
        .as("nearly without a look at tokens")
        .isNotCloseTo(own.result().loss(), within(1e-3));
    assertThat(run.rows(RunDirectory.EVALUATIONS, EvaluationRow.class)).hasSize(3);
    assertThatThrownBy(() -> by(run, "fast(degree=2,bound=0.01)").run(CLOCK))
        .hasMessageContaining("logits may come to");
    assertThatThrownBy(() -> by(run, "mla(compressed=8,rotary=2)"))
        .hasMessageContaining("attention mla(compressed=8,rotary=2) has other parameters");
    assertThatThrownBy(() -> by(run, "slow")).hasMessageContaining("unknown attention 'slow'");
  }

  /** As rows were before there was a choice. */
  @Test
  void aRowWithoutAttentionIsOfTheRunsOwn() throws IOException {
    RunDirectory run = trained(DISTANCE, "rope", 7);
    EvaluationRow row = at(run, null).run(CLOCK);
    Path file = run.path().resolve(RunDirectory.EVALUATIONS);
    String line = Files.readString(file);
    assertThat(line).contains("\"attention\":\"multi-head\",");
    Files.writeString(file, line.replace("\"attention\":\"multi-head\",", ""));
    assertThat(run.rows(RunDirectory.EVALUATIONS, EvaluationRow.class)).containsExactly(row);
  }

  @Test
  void whatTheModelCannotDoIsRefused() {
    RunDirectory run = trained(DISTANCE, "rope", 7);
    assertThatThrownBy(() -> with(run, "maxGap", 2))
        .hasMessageContaining(
            "has 2 classes and a vocabulary of 8, but the model was trained for 3");
    assertThatThrownBy(() -> with(run, "vocabulary", 9)).hasMessageContaining("keep these");
    assertThatThrownBy(() -> with(run, "maxgap", 2))
        .hasMessageEndingWith("task.maxgap: unknown key; did you mean 'maxGap'?");
    assertThatThrownBy(() -> at(run, 3))
        .hasMessageContaining("with the changes: task.maxLength: found 3");
    assertThatThrownBy(
            () ->
                new RunEvaluation(
                    run,
                    "best",
                    Split.TEST,
                    new RunEvaluation.Change(nothing().put("minLength", 4), 6, null, null)))
        .hasMessageContaining("a length sets the task's minLength and maxLength");
  }

  /** With another pool, what was trained on would be tested. */
  @ParameterizedTest
  @ValueSource(strings = {"samples", "trainPercent"})
  void aTrainedModelKeepsItsPool(String option) {
    RunDirectory run =
        trained(
            "{name: count-as-released, vocabulary: 8, triggers: 2, words: 5, maxCount: 4, padTo: 0, samples: 200}",
            "rope",
            7);
    assertThatThrownBy(() -> with(run, option, 50))
        .hasMessageContaining("task." + option + ": another pool or split");
  }

  @Test
  void aTaskWithoutLengthsIsNotAskedForOne() {
    RunDirectory run =
        trained(
            "{name: count-as-released, vocabulary: 8, triggers: 2, words: 6, maxCount: 3, padTo: 0,"
                + " samples: 0, wideHead: false}",
            "rope",
            8);
    assertThatThrownBy(() -> at(run, 8))
        .hasMessageContaining("task count-as-released has no options minLength and maxLength");
    assertThat(with(run, "words", 9).run(CLOCK).result().total()).isEqualTo(10);
  }

  @Test
  void trainingMustHaveEnded() {
    RunDirectory run = trained(DISTANCE, "rope", 7);
    run.replace(RunDirectory.METRICS, List.of());
    assertThatThrownBy(() -> at(run, null))
        .hasMessage(run.path() + ": training has not ended; let pe run end it");
  }
}
