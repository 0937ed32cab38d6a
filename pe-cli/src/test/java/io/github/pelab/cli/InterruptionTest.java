package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whatever ends a run from outside: it is saved, it says so, and it can go on. */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class InterruptionTest {
  private static final String YAML =
      """
      schemaVersion: 1
      name: ended
      task: {name: distance, vocabulary: 16, maxGap: 8, minLength: 10, maxLength: 24}
      data: {train: 1600, validation: 200, test: 200}
      model: {scheme: [rope, nope], layers: 2, width: 32, heads: 4, dropout: 0.1}
      training: {epochs: 8, batch: 32}
      ablation: {pairs: 0, controls: 0, portrait: 8}
      """;

  @TempDir Path directory;
  private Path config;
  private Path runs;

  private static Map<String, List<String>> undisturbed;

  @BeforeAll
  static void runUndisturbed(@TempDir Path directory) throws Exception {
    Path runs = directory.resolve("runs");
    PeProcess pe =
        PeProcess.pe(run(Files.writeString(directory.resolve("ended.yaml"), YAML), runs));
    assertThat(pe.end()).as(pe.output()).isZero();
    assertThat(pe.output().lines()).noneMatch(line -> line.startsWith("pe: "));
    undisturbed = RunFiles.outcomes(runs);
  }

  @BeforeEach
  void write() throws IOException {
    config = Files.writeString(directory.resolve("ended.yaml"), YAML);
    runs = directory.resolve("runs");
  }

  private static Object[] run(Path config, Path runs) {
    return new Object[] {"run", config, "--runs", runs, "--progress", "none"};
  }

  private RunDirectory rope() {
    return RunDirectory.list(runs).stream()
        .filter(run -> run.read().label().equals("rope"))
        .findFirst()
        .orElseThrow();
  }

  private void waitForACheckpoint(PeProcess pe) throws Exception {
    while (pe.process().isAlive()
        && (!Files.isDirectory(runs)
            || RunDirectory.list(runs).isEmpty()
            || rope().checkpoints().toFile().list().length == 0)) {
      Thread.sleep(20);
    }
    assertThat(pe.process().isAlive()).as(pe.output()).isTrue();
  }

  @Test
  void ctrlCAndSigtermSaveAndTheSameCommandGoesOn() throws Exception {
    // Where tests run in the background of a shell, what they start may be deaf to Ctrl-C.
    PeProcess pe = new PeProcess.Start().by("env", "--default-signal=INT").pe(run(config, runs));
    waitForACheckpoint(pe);
    pe.signal("INT");
    assertThat(pe.end()).as(pe.output()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(pe.output().lines())
        .contains("pe: stopping when the update at hand is done and saved")
        .last()
        .asString()
        .matches(
            "pe: training rope: stopped after update \\d+ \\(epoch \\d+\\) and saved; the same command, without --again, goes on from there");
    assertThat(RunDirectory.list(runs)).as("the next member was not begun").hasSize(1);
    assertThat(rope().read().status()).isEqualTo(RunRecord.Status.INTERRUPTED);

    PeProcess second = PeProcess.pe(run(config, runs));
    waitForACheckpoint(second);
    Thread.sleep(1000);
    second.signal("TERM");
    assertThat(second.end()).as(second.output()).isEqualTo(128 + 15);

    Pe resumed = Pe.run("train", "--resume", rope().path(), "--progress", "none");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.out()).contains("rope");
    PeProcess last = PeProcess.pe(run(config, runs));
    assertThat(last.end()).as(last.output()).isZero();
    assertThat(RunFiles.outcomes(runs)).hasSize(2).isEqualTo(undisturbed);
  }

  @Test
  void aFullDiskIsSaidAndWithMoreRoomItGoesOn() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        new ProcessBuilder("unshare", "-Urm", "mount", "-t", "tmpfs", "tmpfs", disk.toString())
                .start()
                .waitFor()
            == 0,
        "disks of one's own");
    for (int kilobytes : new int[] {300, 600}) {
      String mount =
          "mount -t tmpfs -o size=%dk,nr_inodes=100 tmpfs '%s' && cp -a '%s/.' '%2$s' && \"$@\"; code=$?; cp -a '%2$s/.' '%3$s' && exit $code"
              .formatted(kilobytes, disk, Files.createDirectories(runs));
      PeProcess pe =
          new PeProcess.Start()
              .by("unshare", "-Urm", "sh", "-c", mount, "sh")
              .pe(run(config, disk));
      int code = pe.end();
      assertThat(code).as(pe.output()).isEqualTo(ExitCode.RUN);
      assertThat(pe.output())
          .contains(
              "No space left on device; free some space, then give the same command without --again: it goes on from here");
    }
    assertThat(rope().checkpoints()).isNotEmptyDirectory();
    PeProcess last = PeProcess.pe(run(config, runs));
    assertThat(last.end()).as(last.output()).isZero();
    assertThat(RunFiles.outcomes(runs)).isEqualTo(undisturbed);
  }

  /** The system's limit on a file's size ends a write in the middle, as a full disk does. */
  @Test
  void aWriteThatEndsInTheMiddleIsSaidAndItGoesOn() throws Exception {
    for (int kilobytes : new int[] {60, 100}) {
      PeProcess pe =
          new PeProcess.Start()
              .by("bash", "-c", "ulimit -f " + kilobytes + " && exec \"$@\"", "bash")
              .with("-XX:-UsePerfData")
              .pe(run(config, runs));
      assertThat(pe.end()).as(pe.output()).isEqualTo(ExitCode.RUN);
      assertThat(pe.output()).contains("pe: rope: ", "File too large; free some space");
    }
    PeProcess last = PeProcess.pe(run(config, runs));
    assertThat(last.end()).as(last.output()).isZero();
    assertThat(RunFiles.outcomes(runs)).isEqualTo(undisturbed);
  }

  @Test
  void outOfMemorySaysWhatToGiveAndWhichSettingToLower() throws Exception {
    Files.writeString(
        config,
        YAML.replace("scheme: [rope, nope]", "scheme: [rope]")
            .replace("width: 32", "width: 512")
            .replace("batch: 32", "batch: 800")
            .replace("epochs: 8", "epochs: 1")
            .replace("maxLength: 24", "maxLength: 100"));
    PeProcess pe = new PeProcess.Start().with("-Xmx160m").pe(run(config, runs));
    assertThat(pe.end()).as(pe.output()).isEqualTo(ExitCode.RUN);
    assertThat(pe.output().lines().filter(line -> line.startsWith("pe: ")))
        .as(pe.output())
        .singleElement()
        .asString()
        .startsWith("pe: out of memory (")
        .contains("PE_JVM_OPTS=-Xmx8g", "training.microBatch");
    // There may not have been enough to write that it failed.
    assertThat(rope().read().status()).isIn(RunRecord.Status.FAILED, RunRecord.Status.RUNNING);
  }
}
