package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.checkpoint.TrainingState;
import io.github.pelab.train.checkpoint.TrainingState.Best;
import io.github.pelab.train.checkpoint.TrainingState.Sums;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A run that was interrupted, wherever, ends as one that was not: every checkpoint byte by byte,
 * and every row but for its seconds.
 */
class ResumeTest {
  /** Three epochs of four updates of two micro-batches, the last of them short; dropout; a cut. */
  private static final String YAML =
      """
      schemaVersion: 1
      name: tiny
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
      data: {train: 100, validation: 40, test: 60}
      model: {scheme: %s, layers: 2, width: 8, heads: 2, dropout: 0.1}
      training:
        {epochs: 3, batch: 32, microBatch: 16, learningRate: 0.01, weightDecay: 0.1, clip: 0.5, seed: %d}
      """;

  private static final Saving EACH_UPDATE = new Saving(2, Duration.ZERO);
  private static final Saving EACH_EPOCH = new Saving(2, Duration.ofDays(1));

  @TempDir Path temporary;

  private Sweep.Member member(String scheme, int seed) {
    return Fixtures.sweep(temporary, YAML.formatted(scheme, seed)).members().get(0);
  }

  private RunDirectory directory(String runs, Sweep.Member member) {
    return RunDirectory.create(temporary.resolve(runs), "tiny", member.directory());
  }

  private RunDirectory uninterrupted(Sweep.Member member, Saving saving) {
    RunDirectory run = directory("whole" + member.hash(), member);
    Fixtures.trainer(saving, () -> false).train(member, Fixtures.experiment(member), run, true);
    return run;
  }

  /** Trains until it is asked for the {@code updates}-th time, from 0, whether to stop. */
  private static void trainAndStop(
      Sweep.Member member, RunDirectory run, Saving saving, int updates) {
    AtomicInteger asked = new AtomicInteger(updates);
    assertThatThrownBy(
            () ->
                Fixtures.trainer(saving, () -> asked.getAndDecrement() == 0)
                    .train(member, Fixtures.experiment(member), run, false))
        .isInstanceOf(TrainingStoppedException.class);
  }

  private static void goOn(Sweep.Member member, RunDirectory run, Saving saving) {
    Fixtures.trainer(saving, () -> false).train(member, Fixtures.experiment(member), run, false);
    assertThat(run.read().status()).isEqualTo(RunRecord.Status.FINISHED);
  }

  /** The best and the last checkpoint, to the bit, and all rows. */
  private static Map<String, String> outcome(RunDirectory run) {
    Map<String, String> outcome = new TreeMap<>();
    try {
      for (String checkpoint : List.of("best", "last")) {
        Path file = Checkpoints.file(run, run.result(checkpoint).step());
        outcome.put(checkpoint, HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
      outcome.put(
          RunDirectory.METRICS,
          Files.readString(run.path().resolve(RunDirectory.METRICS), StandardCharsets.UTF_8)
              .replaceAll("\"seconds\":[0-9.E-]+", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return outcome;
  }

  @Test
  void stoppedBeforeAnyUpdateItEndsAsWithoutTheStop() {
    Sweep.Member member = member("rope", 1);
    Map<String, String> whole = outcome(uninterrupted(member, EACH_EPOCH));
    assertThat(outcome(uninterrupted(member("rope", 2), EACH_EPOCH)))
        .as("control: another seed")
        .isNotEqualTo(whole);
    int stops = 0;
    for (boolean stopped = true; stopped; stops++) {
      RunDirectory run = directory("stopped" + stops, member);
      AtomicInteger asked = new AtomicInteger(stops);
      Trainer trainer = Fixtures.trainer(EACH_EPOCH, () -> asked.getAndDecrement() == 0);
      try {
        trainer.train(member, Fixtures.experiment(member), run, false);
        stopped = false;
      } catch (TrainingStoppedException e) {
        assertThat(e).hasMessageContaining("the same command, without --again, goes on from there");
        assertThat(run.read().status()).isEqualTo(RunRecord.Status.INTERRUPTED);
        goOn(member, run, EACH_EPOCH);
      }
      assertThat(outcome(run)).isEqualTo(whole);
    }
    // Four updates an epoch, and once before it is validated; the last time it was not stopped.
    assertThat(stops - 1).isEqualTo(3 * 5);
    System.out.printf("stops survived: %d, each run byte-equal%n", stops - 1);
  }

  /** With steps too small to move anything, no epoch is better than the first. */
  @Test
  void patienceIsNotForgotten() {
    Sweep.Member member =
        Fixtures.sweep(
                temporary,
                YAML.formatted("rope", 1)
                    .replace("epochs: 3", "epochs: 9, patience: 2")
                    .replace("learningRate: 0.01", "learningRate: 1e-12"))
            .members()
            .get(0);
    RunDirectory whole = uninterrupted(member, EACH_EPOCH);
    assertThat(whole.result("last").epoch()).isEqualTo(3);
    for (int stop : new int[] {4, 7, 13}) {
      RunDirectory run = directory("patient" + stop, member);
      trainAndStop(member, run, EACH_EPOCH, stop);
      goOn(member, run, EACH_EPOCH);
      assertThat(outcome(run)).isEqualTo(outcome(whole));
    }
  }

  /** As a process that dies: nothing is done any more, not even the run is marked. */
  @Test
  void brokenOffWhereverTimeIsReadItEndsAsWithoutThat() throws IOException {
    Sweep.Member member = member("t5", 1);
    Map<String, String> whole = outcome(uninterrupted(member, EACH_UPDATE));
    int breaks = 0;
    for (boolean broken = true; broken; breaks++) {
      RunDirectory run = directory("broken" + breaks, member);
      AtomicInteger asked = new AtomicInteger(breaks);
      LongSupplier breaking =
          () -> {
            if (asked.getAndDecrement() == 0) {
              throw new UnsupportedOperationException("broken off");
            }
            return System.nanoTime();
          };
      try {
        new Trainer(
                Clock.systemUTC(),
                breaking,
                Progress.of(Progress.Mode.NONE, System.err),
                EACH_UPDATE,
                () -> false)
            .train(member, Fixtures.experiment(member), run, false);
        broken = false;
      } catch (UnsupportedOperationException e) {
        goOn(member, run, EACH_UPDATE);
      }
      assertThat(outcome(run)).isEqualTo(whole);
    }
    assertThat(breaks).isGreaterThan(20);
    System.out.printf("breaks survived: %d, each run byte-equal%n", breaks - 1);
  }

  @Test
  void anEpochsRowWithoutItsCheckpointIsWrittenOnce() throws IOException {
    Sweep.Member member = member("alibi", 1);
    RunDirectory whole = uninterrupted(member, EACH_EPOCH);
    RunDirectory run = directory("row", member);
    trainAndStop(member, run, EACH_EPOCH, 5);
    assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).hasSize(1);
    run.append(RunDirectory.METRICS, whole.rows(RunDirectory.METRICS, MetricsRow.class).get(1));
    Files.writeString(
        run.path().resolve(RunDirectory.METRICS), "{\"torn", StandardOpenOption.APPEND);
    goOn(member, run, EACH_EPOCH);
    assertThat(outcome(run)).isEqualTo(outcome(whole));
  }

  @Test
  void withItsNewestCheckpointDamagedItEndsAsWithoutThat() throws IOException {
    Sweep.Member member = member("rope", 1);
    Map<String, String> whole = outcome(uninterrupted(member, EACH_UPDATE));
    RunDirectory run = directory("damaged", member);
    trainAndStop(member, run, EACH_UPDATE, 8);
    Path newest = Checkpoints.file(run, 7);
    Files.write(newest, Arrays.copyOf(Files.readAllBytes(newest), 1000));
    goOn(member, run, EACH_UPDATE);
    assertThat(run.read().provenance().resumed())
        .singleElement()
        .satisfies(resumption -> assertThat(resumption.step()).isEqualTo(6));
    assertThat(newest.resolveSibling("step-00000007.zip.set-aside")).exists();
    assertThat(outcome(run)).isEqualTo(whole);
  }

  /** A minute passes before each of the four updates of an epoch, and before it is validated. */
  @Test
  void isSavedAtEachEpochsEndAndSoLongAfterThat() throws IOException {
    Sweep.Member member = member("nope", 1);
    RunDirectory run = directory("cadence", member);
    AtomicLong now = new AtomicLong();
    new Trainer(
            Clock.systemUTC(),
            now::get,
            Progress.of(Progress.Mode.NONE, System.err),
            new Saving(100, Duration.ofMinutes(3)),
            () -> now.addAndGet(Duration.ofMinutes(1).toNanos()) < 0)
        .train(member, Fixtures.experiment(member), run, false);
    try (Stream<Path> files = Files.list(run.checkpoints())) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "step-00000003.zip",
              "step-00000004.zip",
              "step-00000007.zip",
              "step-00000008.zip",
              "step-00000011.zip",
              "step-00000012.zip");
    }
  }

  /** Without the moments of the updater, for instance, it would not. */
  @Test
  void allOfTheStateIsNeeded() {
    Sweep.Member member = member("rope", 1);
    Map<String, String> whole = outcome(uninterrupted(member, EACH_EPOCH));
    RunDirectory run = directory("forgetful", member);
    trainAndStop(member, run, EACH_EPOCH, 7);
    Experiment experiment = Fixtures.experiment(member);
    MultiLayerNetwork network = experiment.network();
    Checkpoints checkpoints = new Checkpoints(run, 2);
    var state = checkpoints.restore(network, member.hash(), any -> true).orElseThrow();
    network.getUpdater().getStateViewArray().muli(0.5);
    checkpoints.write(network, state);
    goOn(member, run, EACH_EPOCH);
    assertThat(outcome(run)).isNotEqualTo(whole);
  }

  @Test
  void againBeginsAnew() {
    Sweep.Member member = member("rope", 1);
    RunDirectory run = uninterrupted(member, EACH_EPOCH);
    Map<String, String> whole = outcome(run);
    Fixtures.trainer(EACH_EPOCH, () -> false).train(member, Fixtures.experiment(member), run, true);
    assertThat(run.read().provenance().resumed()).isEmpty();
    assertThat(outcome(run)).isEqualTo(whole);
  }

  /** A finished run that is done again, broken off before anything is trained. */
  @Test
  void anAgainThatIsBrokenOffIsNotTakenForWhatWasThereBefore() throws IOException {
    Sweep.Member member = member("rope", 1);
    RunDirectory run = uninterrupted(member, EACH_EPOCH);
    Map<String, String> whole = outcome(run);
    RunRecord finished = run.read();
    for (int removed = 0; removed <= 3; removed++) {
      run.write(
          new RunRecord(
              finished.schemaVersion(),
              finished.name(),
              finished.label(),
              finished.axes(),
              finished.config(),
              finished.configHash(),
              finished.parameters(),
              finished.classes(),
              finished.chance(),
              finished.ceilings(),
              finished.provenance(),
              RunRecord.Status.BEGINNING));
      if (removed > 0) {
        Files.deleteIfExists(Checkpoints.file(run, 4 * removed));
        run.replace(RunDirectory.METRICS, List.of());
      }
      goOn(member, run, EACH_EPOCH);
      assertThat(run.read().provenance().resumed()).isEmpty();
      assertThat(outcome(run)).isEqualTo(whole);
    }
  }

  @Test
  void whatDoesNotFitTogetherIsRefusedAndLeftAlone() throws IOException {
    Sweep.Member member = member("rope", 1);
    RunDirectory run = directory("unfit", member);
    trainAndStop(member, run, EACH_EPOCH, 7);
    Path metrics = run.path().resolve(RunDirectory.METRICS);
    byte[] rows = Files.readAllBytes(metrics);
    byte[] record = Files.readAllBytes(run.path().resolve("run.json"));

    Files.write(metrics, new byte[0]);
    refused(member, run, "found rows of 0 epochs, but the checkpoint of step 6 is of epoch 1");
    Files.delete(metrics);
    refused(member, run, "found rows of 0 epochs, but the checkpoint of step 6 is of epoch 1");
    Files.write(metrics, rows);

    refused(member("rope", 2), run, "a run with another config");
    Files.delete(run.path().resolve("run.json"));
    refused(member, run, "has checkpoints and no run.json; restore it from a copy");
    Files.write(run.path().resolve("run.json"), record);
    assertThat(run.read().provenance().resumed()).isEmpty();
    goOn(member, run, EACH_EPOCH);
    assertThat(outcome(run)).isEqualTo(outcome(uninterrupted(member, EACH_EPOCH)));
  }

  private static void refused(Sweep.Member member, RunDirectory run, String message) {
    assertThatThrownBy(() -> goOn(member, run, EACH_EPOCH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void knowsWhereTrainingComes() {
    Experiment experiment = Fixtures.experiment(member("rope", 1));
    TrainingState start = TrainingState.start("x");
    Sums sums = new Sums(32, 1, 1, 1);
    TrainingState first = start.after(1, 32, sums);
    TrainingState end = start.after(4, 100, new Sums(100, 4, 1, 1));
    assertThat(List.of(start, first, end, end.nextEpoch(0.5))).allMatch(experiment::comesTo);
    Best best = new Best(4, 1, 0.5);
    assertThat(
            List.of(
                start.after(1, 31, new Sums(31, 1, 1, 1)),
                start.after(2, 32, sums),
                start.after(1, 32, new Sums(32, 2, 1, 1)),
                start.after(1, 32, new Sums(-5, 1, 1, 1)),
                start.after(4, 99_999, new Sums(99_999, 4, 1, 1)),
                new TrainingState("x", 3600, 900, 0, Sums.NONE, best),
                new TrainingState("x", 8, 2, 0, Sums.NONE, new Best(12, 3, 0.5)),
                new TrainingState("x", 8, 2, 0, Sums.NONE, new Best(5, 1, 0.5))))
        .noneMatch(experiment::comesTo);
  }

  @Test
  void trainingDrawsNothingFromNd4jsGenerator() {
    Sweep.Member member = member("rope", 1);
    Random generator = Nd4j.getRandom();
    Experiment experiment = Fixtures.experiment(member);
    MultiLayerNetwork network = experiment.network();
    generator.setSeed(7);
    float untouched = generator.nextFloat();
    generator.setSeed(7);
    RunDirectory run = directory("random", member);
    new TrainingLoop(
            "rope",
            experiment,
            network,
            begun(run, member),
            new Checkpoints(run, 2),
            EACH_UPDATE,
            System::nanoTime,
            Studies.NONE)
        .run(
            TrainingState.start(member.hash()),
            Progress.of(Progress.Mode.NONE, System.err),
            () -> false);
    assertThat(generator.nextFloat()).isEqualTo(untouched);
    generator.setSeed(7);
    var unused = experiment.network();
    assertThat(generator.nextFloat()).as("control: a network's beginning").isNotEqualTo(untouched);
  }

  /** With a record, which rows are of. */
  private RunDirectory begun(RunDirectory run, Sweep.Member member) {
    run.write(uninterrupted(member, EACH_EPOCH).read());
    Nd4j.getRandom().setSeed(7);
    return run;
  }

  /** Times may be wrong; what is trained, what is kept and how long it took are not. */
  @Test
  void aClockThatJumpsBackChangesNothing() {
    Sweep.Member member = member("rope", 1);
    Map<String, String> whole = outcome(uninterrupted(member, EACH_UPDATE));
    RunDirectory run = directory("clock", member);
    Clock back =
        new Clock() {
          private Instant now = Instant.parse("2026-03-29T03:00:00Z");

          @Override
          public Instant instant() {
            now = now.minus(Duration.ofHours(1));
            return now;
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    AtomicInteger asked = new AtomicInteger(6);
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        new Trainer(
                back,
                System::nanoTime,
                Progress.of(Progress.Mode.NONE, System.err),
                EACH_UPDATE,
                () -> asked.getAndDecrement() == 0)
            .train(member, Fixtures.experiment(member), run, false);
      } catch (TrainingStoppedException e) {
        assertThat(attempt).isZero();
      }
    }
    assertThat(outcome(run)).isEqualTo(whole);
    List<Double> seconds =
        run.rows(RunDirectory.METRICS, MetricsRow.class).stream()
            .filter(MetricsRow.Epoch.class::isInstance)
            .map(row -> ((MetricsRow.Epoch) row).seconds())
            .toList();
    assertThat(seconds).isSorted().allMatch(each -> each > 0);
  }

  @Test
  void aDirectoryThatIsRemovedEndsTheRunInOneLine() {
    Sweep.Member member = member("rope", 1);
    RunDirectory run = directory("removed", member);
    AtomicInteger asked = new AtomicInteger(3);
    assertThatThrownBy(
            () ->
                Fixtures.trainer(
                        EACH_EPOCH,
                        () -> {
                          if (asked.getAndDecrement() == 0) {
                            remove(run.path());
                          }
                          return false;
                        })
                    .train(member, Fixtures.experiment(member), run, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no such file or directory; check the path")
        .hasMessageStartingWith(run.path().toString());
  }

  private static void remove(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
