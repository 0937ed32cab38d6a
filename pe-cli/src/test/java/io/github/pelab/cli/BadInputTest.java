package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.train.Experiment;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever is wrong with the input: one clear line, an exit code that is not 0, nothing written.
 */
class BadInputTest {
  private static final String GOOD =
      """
      schemaVersion: 1
      name: bad
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
      data: {train: 20, validation: 20, test: 20}
      model: {scheme: rope, layers: 1, width: 64, heads: 4, maxLength: 7}
      training: {epochs: 1, batch: 16}
      """;

  @TempDir Path directory;
  private Path config;
  private Path runs;

  @BeforeEach
  void paths() {
    config = directory.resolve("bad.yaml");
    runs = directory.resolve("runs");
  }

  private Pe pe() {
    return Pe.run("run", config, "--runs", runs, "--progress", "none");
  }

  private void assertRefused(Pe pe, int exitCode, String message) {
    assertThat(pe.exitCode()).isEqualTo(exitCode);
    assertThat(pe.out()).isEmpty();
    assertThat(pe.err().lines())
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("pe: ").contains(message));
    assertThat(runs)
        .satisfiesAnyOf(
            absent -> assertThat(absent).doesNotExist(), file -> assertThat(file).isRegularFile());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layers: 1      | layerz: 1 | bad.yaml:5: model.layerz: unknown key; did you mean 'layers'?",
        "scheme: rope   | scheme: rop | model.scheme: unknown scheme 'rop'; known are alibi, learned, nope, random, rope",
        "scheme: rope   | scheme: rope(bse=5) | unknown option 'bse=5'; known are base",
        "heads: 4       | heads: 5 | bad.yaml:5: model.heads: found 5; choose a number that divides the width of 64",
        "width: 64      | width: 12 | needs an even head size, found 3 (width 12 / 4 heads)",
        "maxLength: 7}  | maxLength: 8} | bad.yaml: model.maxLength: found 7, but task distance has sequences of up to 8",
        "name: distance | name: distanc | task.name: unknown task 'distanc'",
        "maxGap: 3      | maxGap: 4 | minLength",
        "maxGap: 3      | maxGaps: 3 | task.maxGaps: unknown key; did you mean 'maxGap'?",
        "epochs: 1      | epochs: 0 | training.epochs: found 0; choose a whole number from 1",
        "batch: 16      | batch: 010 | training.batch: '010' starts with a zero; write it without",
        "width: 64      | width: 65536 | bad.yaml: model.width: found 65536, which makes 34361311235 parameters; choose sizes that make at most 268435456",
        "vocabulary: 8  | vocabulary: 16777216 | bad.yaml: model.width: found 64, which makes 1073",
        "test: 20       | test: 100000000 | bad.yaml: data.test: found 100000000, which makes 1000000000 numbers in its batches",
        "epochs: 1      | epochs: one | training.epochs: expected a whole number",
      })
  void wrongFields(String part, String replacement, String message) throws IOException {
    Files.writeString(config, GOOD.replaceFirst(part.replace("}", "\\}"), replacement));
    assertRefused(pe(), ExitCode.INPUT, message);
  }

  @Test
  void theTemplateOfTheseTestsIsGood() throws IOException {
    Files.writeString(config, GOOD);
    Pe pe = pe();
    assertThat(pe.err()).isEmpty();
    assertThat(pe.exitCode()).isEqualTo(ExitCode.OK);
  }

  @Test
  void missing() {
    assertRefused(pe(), ExitCode.INPUT, "bad.yaml: no such file");
  }

  @Test
  void empty() throws IOException {
    Files.writeString(config, "");
    assertRefused(pe(), ExitCode.INPUT, "bad.yaml: ");
  }

  @Test
  void binary() throws IOException {
    byte[] bytes = new byte[4096];
    new java.util.Random(1).nextBytes(bytes);
    Files.write(config, bytes);
    assertRefused(pe(), ExitCode.INPUT, "bad.yaml: ");
  }

  @Test
  void aDirectory() throws IOException {
    Files.createDirectory(config);
    assertRefused(pe(), ExitCode.INPUT, "bad.yaml: ");
  }

  @Test
  void aliasLoop() throws IOException {
    Files.writeString(config, GOOD + "ablation: &loop\n  mode: *loop\n");
    assertRefused(pe(), ExitCode.INPUT, "bad.yaml:");
  }

  @Test
  void runsWhereNoDirectoryCanBe() throws IOException {
    Files.writeString(config, GOOD);
    Files.writeString(runs, "a file", StandardCharsets.UTF_8);
    assertRefused(pe(), ExitCode.RUN, "is in the way; move it, or choose another directory");
  }

  /** Not even root may write to the kernel's own file system. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void runsWhereNothingMayBeWritten() throws IOException {
    Files.writeString(config, GOOD);
    assertRefused(
        Pe.run("run", config, "--runs", "/proc/pelab", "--progress", "none"),
        ExitCode.RUN,
        "/proc/pelab");
  }

  @Test
  void twoProcessesOnOneRun() throws IOException {
    Files.writeString(config, GOOD);
    assertThat(pe().exitCode()).isEqualTo(ExitCode.OK);
    try (RunDirectory.Lock lock = RunDirectory.list(runs).get(0).lock()) {
      Pe second = pe();
      assertThat(second.exitCode()).isEqualTo(ExitCode.RUN);
      assertThat(second.err()).contains("another pe is writing this run");
    }
  }

  @Test
  void aRunInTheWrongPlaceOrWithAnotherConfig() throws IOException {
    Files.writeString(config, GOOD);
    assertThat(pe().exitCode()).isEqualTo(ExitCode.OK);
    Path run = RunDirectory.list(runs).get(0).path();
    Path record = run.resolve("run.json");
    String whole = Files.readString(record);

    Files.writeString(record, whole.replace("\"epochs\" : 1", "\"epochs\" : 2"));
    for (String command : List.of("train --resume", "ablate", "eval")) {
      Pe pe = Pe.run(Stream.concat(Stream.of(command.split(" ")), Stream.of(run)).toArray());
      assertThat(pe.exitCode()).as(command).isEqualTo(ExitCode.INPUT);
      assertThat(pe.err()).contains("run.json was changed or damaged");
    }
    Files.writeString(record, "{");
    Pe plan = Pe.run("run", config, "--runs", runs, "--dry-run");
    assertThat(plan.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(plan.out()).contains("damaged");

    Files.writeString(record, whole);
    Files.writeString(config, GOOD.replace("epochs: 1", "epochs: 2"));
    String hash = Experiment.configs().read(config).members().get(0).directory();
    Files.move(run, run.resolveSibling(hash));
    Pe other = pe();
    assertThat(other.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(other.err()).contains(hash + ": a run with another config, ");
  }

  @Test
  void noRunToAblateOrReport() throws IOException {
    assertRefused(Pe.run("ablate", directory), ExitCode.INPUT, "not a run: it holds no run.json");
    assertRefused(Pe.run("eval", directory), ExitCode.INPUT, "not a run: it holds no run.json");
    assertRefused(
        Pe.run("eval", directory, "--length", "long"), ExitCode.USAGE, "'long' is not an int");
    assertRefused(Pe.run("eval", directory, "--length", ","), ExitCode.USAGE, "found no number");
    assertRefused(
        Pe.run("eval", directory, "--checkpoint", "worst"), ExitCode.USAGE, "expected one of");
    assertRefused(
        Pe.run("train", "--resume", directory), ExitCode.INPUT, "not a run: it holds no run.json");
    assertRefused(Pe.run("train"), ExitCode.USAGE, "Missing required argument");
    for (String option : List.of("--runs=x", "--again", "--only=x", "--jobs=2", "--dry-run")) {
      assertRefused(
          Pe.run("train", "--resume", directory, option),
          ExitCode.USAGE,
          "is of a config's members; leave it out with --resume");
    }
    assertRefused(
        Pe.run("train", "--resume", directory, "--keep", 0), ExitCode.USAGE, "--keep: found 0");
    assertRefused(Pe.run("report", directory), ExitCode.INPUT, "holds no run");
    assertRefused(
        Pe.run("tasks", "preview", "distanse"),
        ExitCode.INPUT,
        "'distanse' is unknown; use one of");
    assertRefused(
        Pe.run("tasks", "preview", "distance", "--set", "maxgaps=3"),
        ExitCode.INPUT,
        "--set: maxgaps: unknown key; did you mean 'maxGap'?");
  }

  @Test
  void anExampleOfAnUnknownTask() {
    assertRefused(
        Pe.run("config", "example", "--task", "distanse"),
        ExitCode.INPUT,
        "unknown task 'distanse'; did you mean 'distance'?");
    assertRefused(Pe.run("config"), ExitCode.USAGE, "a command is missing: example or schema");
  }

  @Test
  void wordsThatAreNone() {
    assertRefused(
        Pe.run("run", "a\u0000b", "--runs", runs), ExitCode.USAGE, "'a b' is no path; name a file");
    assertRefused(
        Pe.run("report", ""), ExitCode.USAGE, "'' is no path; name a file or a directory");
    assertRefused(
        Pe.run("run", "@/dev/zero", "--runs", runs), ExitCode.INPUT, "@/dev/zero: no such file");
    assertRefused(Pe.run("schemes", "a\n\u001b[2Jb"), ExitCode.USAGE, "'a [2Jb'");
    assertRefused(Pe.run("schemes", "x".repeat(100_000)), ExitCode.USAGE, "xxx…");
    assertRefused(
        Pe.run("tasks", "preview", "distance", "-n", "-1"),
        ExitCode.USAGE,
        "--examples: found -1; choose 0 or more");
  }

  @Test
  void membersAndJobsThatCannotBe() throws IOException {
    Files.writeString(config, GOOD);
    assertRefused(
        Pe.run("run", config, "--runs", runs, "--only", "bat"),
        ExitCode.INPUT,
        "bad: unknown member 'bat'; did you mean 'bad'?");
    assertRefused(
        Pe.run("run", config, "--runs", runs, "--jobs", "0"),
        ExitCode.USAGE,
        "--jobs: found 0; choose 1 or more");
  }

  @Test
  void anUnknownProgressMode() throws IOException {
    Files.writeString(config, GOOD);
    assertRefused(
        Pe.run("run", config, "--progress", "loud"), ExitCode.USAGE, "Invalid value for option");
  }
}
