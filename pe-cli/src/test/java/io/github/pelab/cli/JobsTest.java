package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
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

  private Process start(Path config, String runs, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                config.toString(),
                "--runs",
                directory.resolve(runs).toString()));
    command.addAll(List.of(more));
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().put("OMP_NUM_THREADS", "1");
    process.redirectOutput(directory.resolve(runs + ".txt").toFile());
    return process.start();
  }

  private String output(String runs) throws IOException {
    return Files.readString(directory.resolve(runs + ".txt"), StandardCharsets.UTF_8);
  }

  /** By label: every row but for the seconds, and the bits of the checkpoints. */
  private Map<String, List<String>> results(String runs) throws IOException {
    Map<String, List<String>> results = new TreeMap<>();
    for (RunDirectory run : RunDirectory.list(directory.resolve(runs))) {
      List<String> bits = new ArrayList<>();
      for (String file : List.of(RunDirectory.METRICS, RunDirectory.ABLATION)) {
        bits.add(
            Files.readString(run.path().resolve(file), StandardCharsets.UTF_8)
                .replaceAll("\"seconds\":[0-9.E-]+", ""));
      }
      for (String checkpoint : List.of("best", "last")) {
        Path file = Checkpoints.file(run, run.result(checkpoint).step());
        bits.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
      results.put(run.read().label(), bits);
    }
    return results;
  }

  @Test
  void sideBySideTheBitsAreThoseOfOneByOneAlsoAfterAFailure() throws Exception {
    Path config = config(2);
    assertThat(start(config, "single", "--progress", "none").waitFor()).isZero();

    RunDirectory nope =
        RunDirectory.list(directory.resolve("single")).stream()
            .filter(run -> run.read().label().equals("nope"))
            .findFirst()
            .orElseThrow();
    String name = nope.path().getFileName().toString();
    try (RunDirectory.Lock lock =
        RunDirectory.create(directory.resolve("double"), "jobs", name).lock()) {
      Process jobs = start(config, "double", "--jobs", "2", "--progress", "lines", "--debug");
      assertThat(jobs.waitFor()).as(output("double")).isEqualTo(ExitCode.RUN);
    }
    assertThat(output("double").lines())
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
    assertThat(start(config, "double", "--jobs", "2", "--progress", "lines").waitFor()).isZero();
    assertThat(output("double")).as("what is finished").doesNotContain("rope | ");
    assertThat(results("double")).hasSize(3).containsAllEntriesOf(first);
    assertThat(results("double")).isEqualTo(results("single"));
    assertThat(results("double").values().stream().distinct()).as("members differ").hasSize(3);
    assertThat(directory.resolve("double/jobs/report.html")).isRegularFile();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whoeverEndsThemAllLeavesNoneBehind() throws Exception {
    Process jobs = start(config(10_000), "endless", "--jobs", "2", "--progress", "lines");
    try {
      Path runs = directory.resolve("endless");
      Instant patience = Instant.now().plus(Duration.ofMinutes(2));
      while (trained(runs) < 2 && Instant.now().isBefore(patience)) {
        Thread.sleep(200);
      }
      List<ProcessHandle> children = jobs.descendants().toList();
      assertThat(children).as(output("endless")).hasSize(2).allMatch(ProcessHandle::isAlive);

      jobs.destroy(); // SIGTERM
      assertThat(jobs.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(output("endless").lines()).noneMatch(line -> line.startsWith("pe: "));
      for (RunDirectory run : RunDirectory.list(runs)) {
        run.lock().close();
      }
    } finally {
      jobs.descendants().forEach(ProcessHandle::destroyForcibly);
      jobs.destroyForcibly();
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
