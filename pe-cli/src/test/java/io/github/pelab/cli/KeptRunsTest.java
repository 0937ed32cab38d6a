package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Saving;
import io.github.pelab.train.Trainer;
import io.github.pelab.train.TrainingStoppedException;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.run.RunRecord.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that versions of this program wrote, kept beside the tests: each can be used for ever.
 * UPGRADING.md says when to keep those of another version; {@link #keep} makes them.
 */
class KeptRunsTest {
  private static final Path KEPT = Path.of("src/test/resources/kept");

  private static final String YAML =
      """
      schemaVersion: 1
      name: %s
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
      data: {train: 200, validation: 60, test: 60}
      model: {scheme: rope, layers: 1, width: 8, heads: 2, dropout: 0.1}
      training: {epochs: 3, batch: 32, learningRate: 0.03}
      """;

  /** Of sixty: on another machine, numbers that are nearly equal may change places. */
  private static final int CHANCE = 3;

  @TempDir Path temporary;

  static List<String> versions() throws IOException {
    try (Stream<Path> versions = Files.list(KEPT)) {
      List<String> names = versions.map(each -> each.getFileName().toString()).sorted().toList();
      assertThat(names).isNotEmpty();
      return names;
    }
  }

  private RunDirectory copy(String version, String label) throws IOException {
    Path to = temporary.resolve(version);
    Path from = KEPT.resolve(version);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
    return RunDirectory.list(to).stream()
        .filter(run -> run.read().label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aFinishedRunIsReadEvaluatedAblatedAndReportedOn(String version) throws IOException {
    RunDirectory run = copy(version, "finished");
    EvaluationRow then = run.rows(RunDirectory.EVALUATIONS, EvaluationRow.class).get(0);
    List<AblationRow> findings = run.rows(RunDirectory.ABLATION, AblationRow.class);
    assertThat(findings).isNotEmpty();

    Pe eval = Pe.run("eval", run.path());
    assertThat(eval.exitCode()).as(eval.err()).isZero();
    EvaluationRow now = run.rows(RunDirectory.EVALUATIONS, EvaluationRow.class).get(1);
    assertThat(now.result().loss()).isCloseTo(then.result().loss(), within(1e-3));
    assertThat((int) now.result().correct())
        .isCloseTo((int) then.result().correct(), within(CHANCE));

    Pe ablate = Pe.run("ablate", run.path(), "--progress", "none");
    assertThat(ablate.exitCode()).as(ablate.err()).isZero();
    assertThat(run.rows(RunDirectory.ABLATION, AblationRow.class))
        .extracting(Object::getClass)
        .containsAll(findings.stream().map(Object::getClass).toList());
    Pe report = Pe.run("report", run.path().getParent());
    assertThat(report.exitCode()).as(report.err()).isZero();
    assertThat(report.out()).contains("finished");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void anInterruptedRunGoesOn(String version) throws IOException {
    RunDirectory run = copy(version, "interrupted");
    assertThat(run.read().status()).isEqualTo(RunRecord.Status.INTERRUPTED);
    Pe train = Pe.run("train", "--resume", run.path(), "--progress", "none");
    assertThat(train.exitCode()).as(train.err()).isZero();
    assertThat(run.read().status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(run.read().provenance().resumed())
        .singleElement()
        .satisfies(resumption -> assertThat(resumption.step()).isEqualTo(10));
    assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).hasSize(3 + 2);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void itsCheckpointsAreReadByDl4jToo(String version) throws IOException {
    RunDirectory run = copy(version, "finished");
    MultiLayerNetwork network = Experiment.of(run).trainedNetwork(run, "best");
    Path file = Checkpoints.file(run, run.result("best").step());
    assertThat(ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true).params())
        .isEqualTo(network.params());
  }

  /** Keeps runs of this version: {@code -Dtest=KeptRunsTest -Dpe.keep=VERSION}. */
  @Test
  @EnabledIfSystemProperty(named = "pe.keep", matches = ".+")
  void keep() throws IOException {
    Path runs = KEPT.resolve(System.getProperty("pe.keep"));
    Path config = Files.writeString(temporary.resolve("kept.yaml"), YAML.formatted("finished"));
    Pe pe = Pe.run("run", config, "--runs", runs, "--progress", "none");
    assertThat(pe.exitCode()).as(pe.err()).isZero();
    RunDirectory finished = RunDirectory.list(runs).get(0);
    assertThat(Pe.run("eval", finished.path()).exitCode()).isZero();

    Files.writeString(config, YAML.formatted("interrupted"));
    Sweep.Member member = Experiment.configs().read(config).members().get(0);
    RunDirectory interrupted = RunDirectory.create(runs, "interrupted", member.directory());
    AtomicInteger updates = new AtomicInteger(11);
    try {
      new Trainer(
              Clock.systemUTC(),
              System::nanoTime,
              Progress.of(Progress.Mode.NONE, System.err),
              Saving.DEFAULT,
              () -> updates.getAndDecrement() == 0)
          .train(member, Experiment.of(member.config(), "kept"), interrupted, false);
    } catch (TrainingStoppedException e) {
      assertThat(e).hasMessageContaining("update 10");
    }
    Files.delete(runs.resolve("finished/report.html"));
    Files.delete(finished.path().resolve("lock"));
    finished.write(anywhere(finished.read()));
    interrupted.write(anywhere(interrupted.read()));
  }

  /** Without what tells one machine from another. */
  private static RunRecord anywhere(RunRecord run) {
    Provenance provenance = run.provenance();
    return new RunRecord(
        run.schemaVersion(),
        run.name(),
        run.label(),
        run.axes(),
        run.config(),
        run.configHash(),
        run.parameters(),
        run.classes(),
        run.chance(),
        run.ceilings(),
        new Provenance(
            provenance.started(),
            provenance.finished(),
            provenance.resumed(),
            "unknown",
            provenance.peVersion(),
            provenance.dl4jVersion(),
            "a JVM",
            List.of(),
            "an operating system",
            "a processor",
            2,
            "none",
            provenance.backend(),
            provenance.blas(),
            1,
            provenance.kernel(),
            provenance.seed(),
            "0123456789abcdef"),
        run.status());
  }
}
