package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.config.ConfigException;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Updates that are looked at: wherever training is broken off, the rows and the checkpoints are
 * those of a training that was not.
 */
class StepStudyTest {
  /** Three epochs of three updates. */
  private static final String YAML =
      """
      schemaVersion: 1
      name: watched
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
      data: {train: 90, validation: 20, test: 20}
      model: {scheme: rope, layers: 1, width: 8, heads: 2, dropout: 0.1}
      training: {epochs: 3, batch: 32, learningRate: 0.01}
      spectra: {every: 2, examples: 4}
      """;

  /** What was found tells which network was looked at. */
  private record Found(int step, double parameters, double updateSize) implements StepStudy.Row {}

  @TempDir Path temporary;

  private static Found found(MultiLayerNetwork network, int step, OptionalDouble updateSize) {
    return new Found(step, network.params().norm2Number().doubleValue(), updateSize.orElse(-1));
  }

  private Sweep.Member member(String yaml) {
    return Fixtures.sweep(temporary, yaml).members().get(0);
  }

  private RunDirectory directory(String runs, Sweep.Member member) {
    return RunDirectory.create(temporary.resolve(runs), "watched", member.directory());
  }

  private static void train(
      Sweep.Member member, RunDirectory run, BooleanSupplier stop, StepStudy study) {
    Fixtures.trainer(Saving.DEFAULT, stop)
        .train(member, Fixtures.experiment(member), run, false, Studies.of(study));
  }

  private RunDirectory uninterrupted(Sweep.Member member) {
    RunDirectory run = directory("whole", member);
    train(member, run, () -> false, StepStudyTest::found);
    return run;
  }

  private static List<Found> rows(RunDirectory run) {
    return run.rows(RunDirectory.SPECTRA, Found.class);
  }

  private static String checkpoint(RunDirectory run) throws IOException {
    Path file = Checkpoints.file(run, run.result("last").step());
    return HexFormat.of().formatHex(Files.readAllBytes(file));
  }

  @Test
  void theFirstNetworkAndEverySoManyUpdatesAreLookedAt() {
    RunDirectory run = uninterrupted(member(YAML));
    assertThat(rows(run)).extracting(Found::step).containsExactly(0, 2, 4, 6, 8);
    assertThat(rows(run)).extracting(Found::parameters).doesNotHaveDuplicates();
    assertThat(rows(uninterrupted(member(YAML.replace("every: 2", "every: 0"))))).isEmpty();
    assertThat(rows(uninterrupted(member(YAML.replace("every: 2", "every: 10")))))
        .extracting(Found::step)
        .containsExactly(0);
  }

  /** That of each update is the distance of the networks before and after it. */
  @Test
  void theSizeIsThatOfTheLastUpdate() {
    List<INDArray> networks = new ArrayList<>();
    List<Double> sizes = new ArrayList<>();
    Sweep.Member member = member(YAML.replace("every: 2", "every: 1"));
    train(
        member,
        directory("sizes", member),
        () -> false,
        (network, step, updateSize) -> {
          networks.add(network.params().dup());
          updateSize.ifPresent(sizes::add);
          return found(network, step, updateSize);
        });
    assertThat(sizes).hasSize(9);
    for (int update = 1; update <= 9; update++) {
      double distance = networks.get(update).distance2(networks.get(update - 1));
      assertThat(sizes.get(update - 1)).isCloseTo(distance, within(1e-6 * distance));
      assertThat(distance).isPositive();
    }
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
        train(member, run, () -> asked.getAndDecrement() == 0, StepStudyTest::found);
        stopped = false;
      } catch (TrainingStoppedException e) {
        train(member, run, () -> false, StepStudyTest::found);
      }
      assertThat(run.read().status()).isEqualTo(RunRecord.Status.FINISHED);
      assertThat(rows(run)).isEqualTo(rows(whole));
      assertThat(checkpoint(run)).isEqualTo(checkpoint(whole));
    }
    assertThat(stops - 1).isEqualTo(3 * 4);
  }

  /** As a process that dies: before the row, and between the row and its checkpoint. */
  @Test
  void brokenOffWhileItIsLookedItEndsAsWithoutThat() throws IOException {
    Sweep.Member member = member(YAML);
    RunDirectory whole = uninterrupted(member);
    for (int step : new int[] {0, 2, 6}) {
      for (boolean rowIsWritten : new boolean[] {false, true}) {
        RunDirectory run = directory("broken" + step + rowIsWritten, member);
        StepStudy breaking =
            (network, at, updateSize) -> {
              Found row = found(network, at, updateSize);
              if (at == step) {
                if (rowIsWritten) {
                  run.append(RunDirectory.SPECTRA, row);
                }
                throw new UnsupportedOperationException("broken off");
              }
              return row;
            };
        assertThatThrownBy(() -> train(member, run, () -> false, breaking))
            .isInstanceOf(UnsupportedOperationException.class);
        train(member, run, () -> false, StepStudyTest::found);
        assertThat(rows(run)).isEqualTo(rows(whole));
        assertThat(checkpoint(run)).isEqualTo(checkpoint(whole));
      }
    }
  }

  @Test
  void rowsThatAreLostAreMissed() throws IOException {
    Sweep.Member member = member(YAML);
    RunDirectory run = directory("lost", member);
    AtomicInteger asked = new AtomicInteger(2 * 4);
    assertThatThrownBy(
            () -> train(member, run, () -> asked.getAndDecrement() == 0, StepStudyTest::found))
        .isInstanceOf(TrainingStoppedException.class);
    Path file = run.path().resolve(RunDirectory.SPECTRA);
    Files.delete(file);
    assertThatThrownBy(() -> train(member, run, () -> false, StepStudyTest::found))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(
            "found rows of 0 steps, but the checkpoint of step 6 is of epoch 2, which needs 4;"
                + " restore the file");
  }

  @Test
  void aRunThatBeginsAnewHasNoneOfTheOld() {
    Sweep.Member member = member(YAML);
    RunDirectory run = uninterrupted(member);
    Fixtures.train(member, run);
    assertThat(rows(run)).isEmpty();
  }

  @Test
  void moreExamplesThanThereAreAreRefused() {
    assertThatThrownBy(() -> member(YAML.replace("examples: 4", "examples: 21")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("spectra.examples: found 21; the validation split has 20");
  }
}
