package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.train.Experiment;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random points: what is on the disk is whole, and the run, given the same
 * command until it is through, ends as one that nobody killed. {@code -Dpe.kills} says how often.
 */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class KillTest {
  private static final String YAML =
      """
      schemaVersion: 1
      name: killed
      task: {name: distance, vocabulary: 16, maxGap: 8, minLength: 10, maxLength: 24}
      data: {train: 1600, validation: 200, test: 200}
      model: {scheme: rope, layers: 2, width: 32, heads: 4, dropout: 0.1}
      training: {epochs: 12, batch: 32, clip: 1}
      ablation: {every: 4}
      """;

  private static final int KILLS = Integer.getInteger("pe.kills", 8);
  private static final int KILLS_A_RUN = 10;
  private static final int LONGEST_MILLIS = 1200;

  @TempDir Path directory;
  private Path config;

  private PeProcess pe(Path runs) {
    return PeProcess.pe("run", config, "--runs", runs, "--save-every", 0, "--progress", "none");
  }

  @Test
  void whateverIsKilledGoesOnAndEndsAsIfItHadNotBeen() throws Exception {
    config = Files.writeString(directory.resolve("killed.yaml"), YAML);
    Path quiet = directory.resolve("quiet");
    PeProcess undisturbed = pe(quiet);
    assertThat(undisturbed.end()).as(undisturbed.output()).isZero();
    Map<String, List<String>> whole = RunFiles.outcomes(quiet);

    Random random = new Random(20261121);
    int kills = 0;
    int whileWriting = 0;
    int ended = 0;
    for (int round = 0; kills < KILLS; round++) {
      Path runs = directory.resolve("killed" + round);
      for (int kill = 0; kill < KILLS_A_RUN && kills < KILLS; kill++) {
        try (PeProcess pe = pe(runs)) {
          waitForProgress(runs, pe);
          Thread.sleep(random.nextInt(LONGEST_MILLIS));
          if (kills % 2 == 1) {
            waitForWriting(runs, pe);
          }
          if (!pe.process().isAlive()) {
            break;
          }
          pe.process().destroyForcibly(); // SIGKILL
          if (pe.end() == 0) {
            break; // it was faster
          }
          assertThat(pe.end()).isEqualTo(128 + 9);
        }
        kills++;
        whileWriting += checkWhatIsLeft(RunDirectory.list(runs).get(0)) ? 1 : 0;
      }
      PeProcess last = pe(runs);
      assertThat(last.end()).as(last.output()).isZero();
      assertThat(RunFiles.outcomes(runs)).isEqualTo(whole);
      ended++;
    }
    System.out.printf(
        "kill -9 survived: %d, of these %d in the middle of writing a file; %d runs ended, byte-equal%n",
        kills, whileWriting, ended);
  }

  /** Until this attempt has written a checkpoint, or has ended. */
  private static void waitForProgress(Path runs, PeProcess pe) throws Exception {
    List<String> before = finished(runs);
    while (pe.process().isAlive() && finished(runs).equals(before)) {
      Thread.sleep(5);
    }
  }

  /** Until a file is being written; else few kills would meet that. */
  private static void waitForWriting(Path runs, PeProcess pe) throws IOException {
    while (pe.process().isAlive() && checkpoints(runs).stream().noneMatch(KillTest::unfinished)) {
      Thread.onSpinWait();
    }
  }

  private static List<String> finished(Path runs) throws IOException {
    return checkpoints(runs).stream().filter(name -> !unfinished(name)).toList();
  }

  private static boolean unfinished(String name) {
    return name.startsWith(".");
  }

  private static List<String> checkpoints(Path runs) throws IOException {
    Path[] found = {null};
    if (Files.isDirectory(runs)) {
      RunDirectory.list(runs).forEach(run -> found[0] = run.checkpoints());
    }
    if (found[0] == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(found[0])) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  /** Whether it was killed in the middle of writing a file. */
  private static boolean checkWhatIsLeft(RunDirectory run) throws IOException {
    assertThat(run.read().label()).isEqualTo("killed");
    var unused = run.rows(RunDirectory.METRICS, MetricsRow.class);
    MultiLayerNetwork network = Experiment.of(run).network();
    List<String> whole = finished(run.path());
    assertThat(whole).isNotEmpty();
    for (String name : whole) {
      Checkpoints.read(
          run, Integer.parseInt(name.replaceAll("\\D", "")), run.read().configHash(), network);
    }
    return whole.size() < checkpoints(run.path()).size();
  }
}
