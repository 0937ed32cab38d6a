package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.tasks.Split;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  @TempDir Path temporary;

  private RunDirectory train(String runs, String scheme, long seed) {
    Sweep.Member member = Fixtures.member(temporary, scheme, seed);
    RunDirectory directory =
        RunDirectory.create(temporary.resolve(runs), "tiny", member.directory());
    Fixtures.train(member, directory);
    return directory;
  }

  @Test
  void leavesARunThatSaysEverything() {
    RunDirectory run = train("runs", "rope", 1);
    RunRecord record = run.read();
    assertThat(record.status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(record.provenance().kernel()).startsWith("vector ");
    assertThat(record.provenance().seed()).isEqualTo(1);
    assertThat(record.chance()).isEqualTo(1.0 / 3);
    assertThat(record.ceilings()).isNotEmpty();

    List<MetricsRow> rows = run.rows(RunDirectory.METRICS, MetricsRow.class);
    assertThat(rows).hasSize(4);
    assertThat(run.path().resolve(RunDirectory.METRICS))
        .content()
        .contains("\"parameters\":" + record.parameters() + ",\"config\":" + record.config());
    MetricsRow.Epoch second = (MetricsRow.Epoch) rows.get(1);
    assertThat(second.epoch()).isEqualTo(2);
    assertThat(second.step()).isEqualTo(8); // 100 examples in batches of 32 are four updates
    assertThat(second.trainLoss()).isBetween(0.5, 2.0);

    Experiment experiment =
        Experiment.of(Experiment.configs().effective(record.config(), "run"), "run");
    MultiLayerNetwork best = experiment.trainedNetwork(run, "best");
    assertThat(record.parameters()).isEqualTo(best.numParams());
    Evaluation.Result result = experiment.evaluation(Split.TEST).of(best);
    MetricsRow.Evaluation reported = (MetricsRow.Evaluation) rows.get(2);
    assertThat(reported.checkpoint()).isEqualTo("best");
    assertThat(reported.correct()).isEqualTo(result.correct());
    assertThat(reported.total()).isEqualTo(60);
    assertThat(reported.slices().stream().filter(s -> s.slice().equals("gap")).toList())
        .hasSize(3)
        .extracting(MetricsRow.SliceCount::total)
        .satisfies(totals -> assertThat(totals.stream().mapToLong(t -> t).sum()).isEqualTo(60));
    assertThat(((MetricsRow.Evaluation) rows.get(3)).checkpoint()).isEqualTo("last");
  }

  @Test
  void sameSeedSameBitsOtherSeedOtherBits() throws IOException {
    RunDirectory one = train("one", "alibi", 1);
    RunDirectory two = train("two", "alibi", 1);
    RunDirectory other = train("one", "alibi", 2);
    assertThat(checkpoint(two)).isEqualTo(checkpoint(one));
    assertThat(metrics(two)).isEqualTo(metrics(one));
    assertThat(checkpoint(other)).isNotEqualTo(checkpoint(one));
    assertThat(metrics(other)).isNotEqualTo(metrics(one));
  }

  private static byte[] checkpoint(RunDirectory run) throws IOException {
    return Files.readAllBytes(Checkpoints.file(run, run.result("last").step()));
  }

  /** Without the time, and without the config, which tells the seed. */
  private static String metrics(RunDirectory run) throws IOException {
    return Files.readString(run.path().resolve(RunDirectory.METRICS), StandardCharsets.UTF_8)
        .replaceAll("\"seconds\":[0-9.E-]+", "")
        .replaceAll("\"run\":.*", "");
  }

  /** With strong decay and long steps: what decay adds to DL4J's score must not show. */
  @Test
  void trainingLossIsTheCrossEntropyOfTheParametersThatMetTheBatch() {
    Sweep.Member member =
        Fixtures.sweep(
                temporary,
                """
                schemaVersion: 1
                name: single-update
                task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
                data: {train: 64, validation: 8, test: 8}
                model: {scheme: rope, layers: 1, width: 8, heads: 2}
                training: {epochs: 1, batch: 64, learningRate: 0.1, warmup: 0, weightDecay: 1}
                """)
            .members()
            .get(0);
    Experiment experiment = Fixtures.experiment(member);
    MultiLayerNetwork network = experiment.network();
    double met = experiment.evaluation(Split.TRAIN).of(network).loss();
    RunDirectory directory =
        RunDirectory.create(temporary.resolve("runs"), "single-update", member.directory());
    Fixtures.trainer(Saving.DEFAULT, () -> false)
        .train(member, experiment, network, directory, true, Studies.NONE);
    MetricsRow.Epoch row =
        (MetricsRow.Epoch) directory.rows(RunDirectory.METRICS, MetricsRow.class).get(0);
    assertThat(row.trainLoss()).isCloseTo(met, within(1e-5));
  }

  @Test
  void aSplitThatIsTooSmallIsMetBeforeTraining() {
    Sweep.Member member =
        Fixtures.sweep(
                temporary,
                """
                schemaVersion: 1
                name: small
                task: {name: count-as-released, samples: 100}
                data: {train: 70, validation: 10, test: 31}
                model: {scheme: rope}
                """)
            .members()
            .get(0);
    assertThatThrownBy(() -> Fixtures.experiment(member))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("test: data.test: index: found 30; test has 30 examples");
  }

  /** With steps too small to move anything, no epoch is better than the first. */
  @Test
  void endsWhenPatienceDoes() {
    for (int patience : new int[] {0, 2, 9}) {
      Sweep.Member member =
          Fixtures.sweep(
                  temporary,
                  """
                  schemaVersion: 1
                  name: patient%1$d
                  task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
                  data: {train: 32, validation: 40, test: 20}
                  model: {scheme: rope, layers: 1, width: 8, heads: 2}
                  training: {epochs: 6, batch: 32, learningRate: 1e-12, patience: %1$d}
                  """
                      .formatted(patience))
              .members()
              .get(0);
      RunDirectory directory =
          RunDirectory.create(temporary.resolve("runs"), "patient", member.directory());
      Fixtures.train(member, directory);
      List<MetricsRow> rows = directory.rows(RunDirectory.METRICS, MetricsRow.class);
      int epochs = patience == 2 ? 3 : 6;
      assertThat(rows).hasSize(epochs + 2);
      assertThat(((MetricsRow.Evaluation) rows.get(epochs)).epoch()).isEqualTo(1);
      assertThat(((MetricsRow.Evaluation) rows.get(epochs + 1)).epoch()).isEqualTo(epochs);
    }
  }

  @Test
  void lossThatIsNoNumberStopsTheRunAndSaysWhere() {
    Sweep.Member member = Fixtures.member(temporary, "nope", 1);
    Experiment experiment = Fixtures.experiment(member);
    MultiLayerNetwork poisoned = experiment.network();
    poisoned.params().assign(Double.NaN);
    RunDirectory run =
        failed(
            member,
            experiment,
            poisoned,
            "training tiny: the loss is NaN at update 1 \\(epoch 1\\), first in the embedding"
                + " \\(parameter 0_embedding\\); lower training.learningRate, or set training.clip");
    assertThat(run.checkpoints()).isEmptyDirectory();
  }

  @Test
  void aRunThatDivergesKeepsItsLastCheckpoint() {
    Sweep.Member member = Fixtures.member(temporary, "rope", 1);
    Experiment experiment = Fixtures.experiment(member);
    MultiLayerNetwork network = experiment.network();
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onBackwardPass(Model model) {
            if (network.getIterationCount() == 5) {
              network.getParam("0_block0.feedForward.in.W").putScalar(3, Double.NaN);
            }
          }
        });
    RunDirectory run =
        failed(
            member,
            experiment,
            network,
            "training tiny: the loss is NaN at update 6 \\(epoch 2\\), first in block 0's feed-forward"
                + " \\(parameter 0_block0.feedForward.in.W\\);"
                + " lower training.learningRate, or set training.clip");
    assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).hasSize(1);
    assertKept(member, run);
  }

  /** What the update itself broke is met at the next one; it is not to be saved meanwhile. */
  @Test
  void whatAnUpdateBrokeIsNotSaved() {
    Sweep.Member member = Fixtures.member(temporary, "rope", 1);
    Experiment experiment = Fixtures.experiment(member);
    MultiLayerNetwork network = experiment.network();
    RunDirectory run = RunDirectory.create(temporary.resolve("runs"), "broken", member.directory());
    AtomicInteger asked = new AtomicInteger();
    Trainer trainer =
        Fixtures.trainer(
            new Saving(1, Duration.ZERO),
            () -> {
              if (asked.incrementAndGet() == 3) {
                network.getParam("1_W").putScalar(0, Float.POSITIVE_INFINITY);
                return true;
              }
              return false;
            });
    assertThatThrownBy(() -> trainer.train(member, experiment, network, run, false, Studies.NONE))
        .hasMessageContaining(
            "the sum of parameters is Infinity at update 2 (epoch 1), first in the output layer (parameter 1_W)");
    assertThat(new Checkpoints(run, 1).restore(experiment.network(), member.hash(), state -> true))
        .hasValueSatisfying(state -> assertThat(state.step()).isEqualTo(2));
  }

  /** A decay of ten times the weights makes them nine times as large in each update. */
  @Test
  void absurdStepsStopTheRunAndSayWhere() {
    Sweep.Member member =
        Fixtures.sweep(
                temporary,
                """
                schemaVersion: 1
                name: absurd
                task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
                data: {train: 64, validation: 40, test: 60}
                model: {scheme: rope, layers: 2, width: 8, heads: 2}
                training: {epochs: 20, batch: 32, learningRate: 10, weightDecay: 1, warmup: 0}
                """)
            .members()
            .get(0);
    Experiment experiment = Fixtures.experiment(member);
    assertKept(
        member,
        failed(
            member,
            experiment,
            experiment.network(),
            "training absurd: the (loss|gradient's norm) is (NaN|Infinity) at update \\d+"
                + " \\(epoch \\d+\\), first in (the|block [01]'s) \\S+.*;"
                + " lower training.learningRate, or set training.clip"));
  }

  /** Of the end of an epoch. */
  private static void assertKept(Sweep.Member member, RunDirectory run) {
    MultiLayerNetwork network = Fixtures.experiment(member).network();
    assertThat(new Checkpoints(run, 2).restore(network, member.hash(), state -> true))
        .hasValueSatisfying(state -> assertThat(state.position()).isZero());
    for (float parameter : Fixtures.parameters(network)) {
      assertThat(parameter).isFinite();
    }
  }

  private RunDirectory failed(
      Sweep.Member member, Experiment experiment, MultiLayerNetwork network, String message) {
    RunDirectory directory =
        RunDirectory.create(temporary.resolve("runs"), "failed", member.directory());
    assertThatThrownBy(
            () ->
                Fixtures.trainer(Saving.DEFAULT, () -> false)
                    .train(member, experiment, network, directory, true, Studies.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(message);
    assertThat(directory.read().status()).isEqualTo(RunRecord.Status.FAILED);
    return directory;
  }
}
