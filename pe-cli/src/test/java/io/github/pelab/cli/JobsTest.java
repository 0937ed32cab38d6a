package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Members side by side, in processes of their own. */
@Tag("slow")
class JobsTest {
  private static final String YAML =
      """
      schemaVersion: 1
      name: jobs
      task: {name: distance, vocabulary: 16, maxGap: 8, minLength: 10, maxLength: 24}
      data: {train: 320, validation: 100, test: 100}
      model: {scheme: [rope, nope, learned], layers: 1, width: 16, heads: 2, dropout: 0.1}
      training: {epochs: %d, batch: 64}
      """;

  @TempDir Path directory;

  private Path config(int epochs) throws IOException {
    return Files.writeString(directory.resolve("jobs.yaml"), YAML.formatted(epochs));
  }

  private PeProcess start(Path config, String runs, Object... more) {
    return PeProcess.pe(
        Stream.concat(Stream.of("run", config, "--runs", directory.resolve(runs)), Stream.of(more))
            .toArray());
  }

  private Map<String, List<String>> results(String runs) {
    return RunFiles.outcomes(directory.resolve(runs));
  }

  @Test
  void sideBySideTheBitsAreThoseOfOneByOneAlsoAfterAFailure() throws Exception {
    Path config = config(2);
    assertThat(start(config, "single", "--progress", "none").end()).isZero();

    RunDirectory nope =
        RunDirectory.list(directory.resolve("single")).stream()
            .filter(run -> run.read().label().equals("nope"))
            .findFirst()
            .orElseThrow();
    String name = nope.path().getFileName().toString();
    PeProcess jobs;
    try (RunDirectory.Lock lock =
        RunDirectory.create(directory.resolve("double"), "jobs", name).lock()) {
      jobs = start(config, "double", "--jobs", 2, "--progress", "lines", "--debug");
      assertThat(jobs.end()).as(jobs.output()).isEqualTo(ExitCode.RUN);
    }
    assertThat(jobs.output().lines())
        .noneMatch(line -> line.contains(" | WARNING: Using incubator"))
        .contains("pe: 1 of 3 members failed; the reasons are above")
        .anyMatch(line -> line.matches("pe: nope: .*another pe is writing this run.*"))
        .anyMatch(line -> line.startsWith("nope | \tat io.github.pelab."))
        .anyMatch(line -> line.matches("rope \\| .* training rope: .*"))
        .anyMatch(line -> line.matches("learned \\| .* ablating 2 heads: .*"))
        .anyMatch(line -> line.contains("3 members: 3 of 3 (100 %)"))
        .anyMatch(line -> line.startsWith("report: "));
    assertThat(results("double")).containsOnlyKeys("rope", "learned");

    Map<String, List<String>> first = results("double");
    jobs = start(config, "double", "--jobs", 2, "--progress", "lines");
    assertThat(jobs.end()).as(jobs.output()).isZero();
    assertThat(jobs.output()).as("what is finished").doesNotContain("rope | ");
    assertThat(results("double")).hasSize(3).containsAllEntriesOf(first);
    assertThat(results("double")).isEqualTo(results("single"));
    assertThat(results("double").values().stream().distinct()).as("members differ").hasSize(3);
    assertThat(directory.resolve("double/jobs/report.html")).isRegularFile();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whoeverEndsThemAllLeavesNoneBehind() throws Exception {
    try (PeProcess jobs = start(config(10_000), "endless", "--jobs", 2, "--progress", "lines")) {
      Path runs = directory.resolve("endless");
      Instant patience = Instant.now().plus(Duration.ofMinutes(2));
      while (trained(runs) < 2 && Instant.now().isBefore(patience)) {
        Thread.sleep(200);
      }
      List<ProcessHandle> children = jobs.process().descendants().toList();
      assertThat(children).as(jobs.output()).hasSize(2).allMatch(ProcessHandle::isAlive);

      jobs.process().destroy(); // SIGTERM
      assertThat(jobs.end()).isEqualTo(143);
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(jobs.output().lines().filter(line -> line.startsWith("pe: ")))
          .containsExactly("pe: interrupted; the same command, without --again, goes on from here");
      for (RunDirectory run : RunDirectory.list(runs)) {
        run.lock().close();
        assertThat(run.read().status()).isEqualTo(RunRecord.Status.INTERRUPTED);
      }
    }
  }

  /** How many members have a checkpoint. */
  private static long trained(Path runs) {
    return Files.isDirectory(runs)
        ? RunDirectory.list(runs).stream()
            .filter(run -> run.checkpoints().toFile().list().length > 0)
            .count()
        : 0;
  }
}
