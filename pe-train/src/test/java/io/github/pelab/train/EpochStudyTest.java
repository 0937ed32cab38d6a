package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Epochs that are looked at while they are trained: wherever training is broken off, also while it
 * is looked, the rows and the checkpoints are those of a training that was not.
 */
class EpochStudyTest {
  /** Five epochs of two updates. */
  private static final String YAML =
      """
      schemaVersion: 1
      name: studied
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
      data: {train: 60, validation: 20, test: 20}
      model: {scheme: rope, layers: 1, width: 8, heads: 2, dropout: 0.1}
      training: {epochs: 5, batch: 32, learningRate: 0.01}
      ablation: {every: 2}
      """;

  private static final int STEPS = 3;

  /** What was found tells which network was looked at. */
  private record Found(int epoch, int step, double parameters) implements EpochStudy.Row {}

  @TempDir Path temporary;

  private static Found found(MultiLayerNetwork network, int epoch, int step, Progress progress) {
    try (Progress.Task task = progress.start("looking", STEPS)) {
      for (int i = 0; i < STEPS; i++) {
        task.step(1);
        task.note("it is there");
      }
    }
    return new Found(epoch, step, network.params().norm2Number().doubleValue());
  }

  private Sweep.Member member(String yaml) {
    return Fixtures.sweep(temporary, yaml).members().get(0);
  }

  private RunDirectory directory(String runs, Sweep.Member member) {
    return RunDirectory.create(temporary.resolve(runs), "studied", member.directory());
  }

  private static void train(
      Sweep.Member member, RunDirectory run, BooleanSupplier stop, EpochStudy study) {
    Fixtures.trainer(Saving.DEFAULT, stop)
        .train(member, Fixtures.experiment(member), run, false, Studies.of(study));
  }

  private RunDirectory uninterrupted(Sweep.Member member) {
    RunDirectory run = directory("whole", member);
    train(member, run, () -> false, EpochStudyTest::found);
    return run;
  }

  private static void goOn(Sweep.Member member, RunDirectory run) {
    train(member, run, () -> false, EpochStudyTest::found);
    assertThat(run.read().status()).isEqualTo(RunRecord.Status.FINISHED);
  }

  private static List<Found> rows(RunDirectory run) {
    return run.rows(RunDirectory.FORMATION, Found.class);
  }

  private static String checkpoint(RunDirectory run) throws IOException {
    Path file = Checkpoints.file(run, run.result("last").step());
    return HexFormat.of().formatHex(Files.readAllBytes(file));
  }

  @Test
  void everySoManyEpochsAndTheLastAreLookedAt() {
    RunDirectory run = uninterrupted(member(YAML));
    assertThat(rows(run)).extracting(Found::epoch).containsExactly(2, 4, 5);
    assertThat(rows(run)).extracting(Found::step).containsExactly(4, 8, 10);
    assertThat(rows(run)).extracting(Found::parameters).doesNotHaveDuplicates();
    assertThat(rows(uninterrupted(member(YAML.replace("every: 2", "every: 0"))))).isEmpty();
    assertThat(rows(uninterrupted(member(YAML.replace("every: 2", "every: 5")))))
        .extracting(Found::epoch)
        .containsExactly(5);
    assertThat(rows(uninterrupted(member(YAML.replace("every: 2", "every: 99")))))
        .extracting(Found::epoch)
        .containsExactly(5);
  }

  /** With steps too small to move anything, no epoch is better than the first. */
  @Test
  void whereTrainingRunsOutOfPatienceIsTheLast() {
    Sweep.Member member =
        member(YAML.replace("epochs: 5", "epochs: 9, patience: 2").replace("0.01", "1e-12"));
    assertThat(rows(uninterrupted(member))).extracting(Found::epoch).containsExactly(2, 3);
  }

  @Test
  void stoppedWhereverItIsAskedItEndsAsWithoutTheStop() throws IOException {
    Sweep.Member member = member(YAML);
    RunDirectory whole = uninterrupted(member);
    int stops = 0;
    for (boolean stopped = true; stopped; stops++) {
      RunDirectory run = directory("stopped" + stops, member);
      AtomicInteger asked = new AtomicInteger(stops);
      try {
        train(member, run, () -> asked.getAndDecrement() == 0, EpochStudyTest::found);
        stopped = false;
      } catch (TrainingStoppedException e) {
        assertThat(run.read().status()).isEqualTo(RunRecord.Status.INTERRUPTED);
        goOn(member, run);
      }
      assertThat(rows(run)).isEqualTo(rows(whole));
      assertThat(checkpoint(run)).isEqualTo(checkpoint(whole));
      assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).hasSize(5 + 2);
    }
    // Two updates an epoch, once before it is validated, and while three of them are looked at.
    assertThat(stops - 1).isEqualTo(5 * 3 + 3 * STEPS);
  }

  /** As a process that dies: before the row, and between the row and its checkpoint. */
  @Test
  void brokenOffWhileItIsLookedItEndsAsWithoutThat() throws IOException {
    Sweep.Member member = member(YAML);
    RunDirectory whole = uninterrupted(member);
    for (int epoch : new int[] {2, 4, 5}) {
      for (boolean rowIsWritten : new boolean[] {false, true}) {
        RunDirectory run = directory("broken" + epoch + rowIsWritten, member);
        EpochStudy breaking =
            (network, at, step, progress) -> {
              Found row = found(network, at, step, progress);
              if (at == epoch) {
                if (rowIsWritten) {
                  run.append(RunDirectory.FORMATION, row);
                }
                throw new UnsupportedOperationException("broken off");
              }
              return row;
            };
        assertThatThrownBy(() -> train(member, run, () -> false, breaking))
            .isInstanceOf(UnsupportedOperationException.class);
        goOn(member, run);
        assertThat(rows(run)).isEqualTo(rows(whole));
        assertThat(checkpoint(run)).isEqualTo(checkpoint(whole));
      }
    }
  }

  @Test
  void rowsBehindTheCheckpointThatIsWholeAreDropped() throws IOException {
    Sweep.Member member = member(YAML);
    RunDirectory whole = uninterrupted(member);
    RunDirectory run = directory("damaged", member);
    AtomicInteger asked = new AtomicInteger(4 * 3 + 2 * STEPS);
    assertThatThrownBy(
            () -> train(member, run, () -> asked.getAndDecrement() == 0, EpochStudyTest::found))
        .isInstanceOf(TrainingStoppedException.class);
    assertThat(rows(run)).extracting(Found::epoch).containsExactly(2, 4);
    Path newest = Checkpoints.file(run, 8);
    Files.write(newest, Arrays.copyOf(Files.readAllBytes(newest), 1000));
    // Whoever goes on without looking drops them too.
    AtomicInteger once = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Fixtures.trainer(Saving.DEFAULT, () -> once.getAndIncrement() == 0)
                    .train(member, Fixtures.experiment(member), run, false))
        .isInstanceOf(TrainingStoppedException.class);
    assertThat(rows(run)).extracting(Found::epoch).containsExactly(2);
    goOn(member, run);
    assertThat(rows(run)).isEqualTo(rows(whole));
  }

  @Test
  void rowsThatAreLostAreMissed() throws IOException {
    Sweep.Member member = member(YAML);
    RunDirectory run = directory("lost", member);
    AtomicInteger asked = new AtomicInteger(3 * 3 + STEPS);
    assertThatThrownBy(
            () -> train(member, run, () -> asked.getAndDecrement() == 0, EpochStudyTest::found))
        .isInstanceOf(TrainingStoppedException.class);
    Path file = run.path().resolve(RunDirectory.FORMATION);
    byte[] rows = Files.readAllBytes(file);
    Files.delete(file);
    assertThatThrownBy(() -> goOn(member, run))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(
            "found rows of 0 epochs, but the checkpoint of step 6 is of epoch 3, which needs 1;"
                + " restore the file");
    Files.write(file, rows);
    goOn(member, run);
    assertThat(rows(run)).isEqualTo(rows(uninterrupted(member)));
  }

  @Test
  void aRunThatBeginsAnewHasNoneOfTheOld() {
    Sweep.Member member = member(YAML);
    RunDirectory run = uninterrupted(member);
    List<Found> rows = rows(run);
    Fixtures.trainer(Saving.DEFAULT, () -> false)
        .train(member, Fixtures.experiment(member), run, true, Studies.of(EpochStudyTest::found));
    assertThat(rows(run)).isEqualTo(rows);
    Fixtures.train(member, run);
    assertThat(run.rows(RunDirectory.FORMATION, JsonNode.class)).isEmpty();
  }
}
