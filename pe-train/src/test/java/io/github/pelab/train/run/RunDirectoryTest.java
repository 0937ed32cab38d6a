package io.github.pelab.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.pelab.train.run.MetricsRow.Epoch;
import io.github.pelab.train.run.MetricsRow.Evaluation;
import io.github.pelab.train.run.MetricsRow.SliceCount;
import io.github.pelab.train.run.RunRecord.Ceiling;
import io.github.pelab.train.run.RunRecord.Provenance;
import io.github.pelab.train.run.RunRecord.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  static final MetricsRow FIRST = new Epoch(1, 10, 1e-3, 0.5, 2.5, 2.25, 0.125, 1.5);
  static final MetricsRow SECOND =
      new Evaluation("test", "best", 4, 1, 3, 4, 0.5, List.of(new SliceCount("gap é", 2, 1, 2)));

  @TempDir Path runs;

  private RunDirectory run() {
    return RunDirectory.create(runs, "quickstart", "rope-01234567");
  }

  /** One that rows can be written to: they name the run that they are of. */
  private RunDirectory begun() {
    RunDirectory run = run();
    run.write(record());
    return run;
  }

  static RunRecord record() {
    return new RunRecord(
        RunRecord.SCHEMA_VERSION,
        "quickstart",
        "rope",
        Map.of("model.scheme", "rope"),
        JsonNodeFactory.instance.objectNode().put("schemaVersion", 1),
        "0123",
        1000,
        70,
        0.1,
        List.of(new Ceiling("length", 0.2, "closed form")),
        new Provenance(
            "2026-01-01T00:00:00Z",
            null,
            List.of(),
            "abc",
            "0.1",
            "1.0",
            "JVM",
            List.of("-Xmx2g"),
            "Linux",
            "CPU",
            2,
            "none",
            "backend",
            "OPENBLAS",
            2,
            "scalar",
            1,
            "f"),
        Status.RUNNING);
  }

  private static void refuses(ThrowingCallable call, Path file, String message) {
    assertThatThrownBy(call)
        .isInstanceOfAny(RunException.class, IllegalArgumentException.class)
        .message()
        .doesNotContain("\n")
        .startsWith(file + ":")
        .contains(message);
  }

  @Test
  void hasItsPlacesAndCanBeMadeAgain() {
    RunDirectory run = run();

    assertThat(run.path()).isEqualTo(runs.resolve("quickstart/rope-01234567"));
    assertThat(run.checkpoints()).isDirectory();
    assertThat(run().path()).isEqualTo(run.path());
  }

  @Test
  void theRecordReadsBackAndSaysWhenTheRunIsFinished() throws IOException {
    RunDirectory run = run();
    assertThat(run.begun()).isFalse();

    run.write(record());
    assertThat(run.read()).isEqualTo(record());
    assertThat(run.begun()).isTrue();

    RunRecord ended = record().ended(Status.FINISHED, Instant.parse("2026-01-01T01:00:00Z"));
    run.write(ended);
    assertThat(run.read()).isEqualTo(ended);
    assertThat(run.read().provenance().finished()).isEqualTo("2026-01-01T01:00:00Z");
    assertThat(run.read(ended.configHash())).isEqualTo(ended);
    refuses(() -> run.read("other"), run.path(), "a run with another config, 0123; move it");
    try (Stream<Path> files = Files.list(run.path())) {
      assertThat(files)
          .extracting(f -> f.getFileName().toString())
          .containsExactlyInAnyOrder("run.json", "checkpoints");
    }
  }

  @Test
  void namesADamagedRecord() throws IOException {
    RunDirectory run = run();
    Path file = run.path().resolve("run.json");
    refuses(run::read, file, "no such file or directory; check the path");
    Files.writeString(file, "{\"schemaVersion\": 2, ");
    refuses(run::read, file, "not a run's record: Unexpected end-of-input");
    Files.writeString(file, "");
    refuses(run::read, file, "not a run's record");
    Files.writeString(file, "{\"schemaVersion\": 1}");
    refuses(run::read, file, "found schema version 1, but this program reads 2; see UPGRADING.md");
    Files.writeString(file, "{\"schemaVersion\": 2}");
    refuses(run::read, file, "not a run's record: name: Missing creator property 'name'");
    Files.writeString(file, "[".repeat(100_000));
    refuses(run::read, file, "not a run's record");
    run.write(record());
    String whole = Files.readString(file);
    Files.writeString(file, whole.replaceFirst("\"running\"", "null"));
    refuses(run::read, file, "not a run's record: status: Invalid `null` value");
    Files.writeString(file, whole.replaceFirst("70,", "70.5,"));
    refuses(run::read, file, "not a run's record: classes: Cannot coerce Floating-point value");
    Files.writeString(file, whole.replaceFirst("name", "n".repeat(5000) + "\":1,\"name"));
    refuses(run::read, file, "nnn…");
  }

  @Test
  void rowsReadBackInOrder() {
    RunDirectory run = begun();
    assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).isEmpty();

    run.append(RunDirectory.METRICS, FIRST);
    run.append(RunDirectory.METRICS, SECOND);

    assertThat(run.path().resolve("metrics.jsonl")).content().endsWith("\n").hasLineCount(2);
    assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).containsExactly(FIRST, SECOND);
  }

  @Test
  void everyLineSaysWhichRunItIsOf() throws IOException {
    RunDirectory run = begun();
    run.append(RunDirectory.METRICS, FIRST);
    run.replace(RunDirectory.ABLATION, List.of(SECOND, FIRST));

    assertThat(run.path().resolve(RunDirectory.METRICS))
        .hasContent(
            """
            {"kind":"epoch","epoch":1,"step":10,"learningRate":0.001,"gradientNorm":0.5,"trainLoss":2.5,\
            "validationLoss":2.25,"validationAccuracy":0.125,"seconds":1.5,"run":{"label":"rope",\
            "configHash":"0123","parameters":1000,"config":{"schemaVersion":1}}}
            """);
    assertThat(Files.readAllLines(run.path().resolve(RunDirectory.ABLATION)))
        .hasSize(2)
        .allMatch(line -> line.contains("\"parameters\":1000"));
  }

  @Test
  void refusesRowsOfNoRunOrOfAnother() throws IOException {
    RunDirectory run = run();
    refuses(
        () -> run.append(RunDirectory.METRICS, FIRST),
        run.path().resolve("run.json"),
        "no such file or directory");
    run.write(record());
    run.append(RunDirectory.METRICS, FIRST);
    Path file = run.path().resolve(RunDirectory.METRICS);
    String line = Files.readString(file);
    String problem = "line 1: does not say that it is of the run with config 0123; do the run";
    Files.writeString(file, line.replaceFirst(",\"run\":.*", "}"));
    refuses(() -> run.rows(RunDirectory.METRICS, MetricsRow.class), file, problem);
    Files.writeString(file, line.replace("\"0123\"", "\"4567\""));
    refuses(() -> run.rows(RunDirectory.METRICS, MetricsRow.class), file, problem);
    Files.writeString(file, line);
    assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).containsExactly(FIRST);
  }

  @Test
  void replacesAllRows() {
    RunDirectory run = begun();
    run.append(RunDirectory.ABLATION, new SliceCount("a", 1, 1, 1));

    run.replace(RunDirectory.ABLATION, List.of(new SliceCount("b", 2, 2, 2)));

    assertThat(run.rows(RunDirectory.ABLATION, SliceCount.class))
        .containsExactly(new SliceCount("b", 2, 2, 2));
  }

  /** A process may die after any byte of a line. */
  @Test
  void aTornLastLineIsSkippedAndThenRemoved() throws IOException {
    RunDirectory run = begun();
    run.append(RunDirectory.METRICS, SECOND);
    Path file = run.path().resolve(RunDirectory.METRICS);
    byte[] line = Files.readAllBytes(file);

    for (int length = 0; length < line.length; length++) {
      Files.write(file, line);
      Files.write(file, Arrays.copyOf(line, length), StandardOpenOption.APPEND);
      assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).containsExactly(SECOND);
      run.append(RunDirectory.METRICS, FIRST);
      assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).containsExactly(SECOND, FIRST);
    }
    Files.write(file, line);
    Files.writeString(file, "{\r\"", StandardOpenOption.APPEND);
    assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).containsExactly(SECOND);
    Files.write(file, new byte[20_000]);
    assertThat(run.rows(RunDirectory.METRICS, MetricsRow.class)).isEmpty();
  }

  @Test
  void aBadLineIsNamed() throws IOException {
    RunDirectory run = begun();
    Path file = run.path().resolve(RunDirectory.METRICS);
    for (String bad :
        new String[] {
          "{\"kind\":",
          "",
          "null",
          "{}",
          "{\"kind\":\"x\"}",
          "{\"kind\":\"epoch\"}",
          "[[[",
          "\0\0",
          "\r"
        }) {
      run.replace(RunDirectory.METRICS, List.of(FIRST));
      Files.writeString(file, bad + "\n", StandardOpenOption.APPEND);
      run.append(RunDirectory.METRICS, SECOND);
      refuses(() -> run.rows(RunDirectory.METRICS, MetricsRow.class), file, "line 2: ");
    }
  }

  @Test
  void aLineThatCannotBeIsNamedWithItsField() throws IOException {
    RunDirectory run = begun();
    run.append(RunDirectory.METRICS, SECOND);
    Path file = run.path().resolve(RunDirectory.METRICS);
    String line = Files.readString(file);
    for (String[] damage :
        new String[][] {
          {"\"correct\":3", "\"correct\":5", "correct: found 5 of 4; choose 0 to all"},
          {"\"total\":4", "\"total\":5000000000", "correct: found 3 of 5000000000"},
          {"\"total\":2", "\"total\":0", "slices: correct: found 1 of 0"},
          {"\"epoch\":1", "\"epoch\":1.5", "epoch: Cannot coerce Floating-point value"},
          {"\"best\"", "null", "checkpoint: Invalid `null` value"},
          {
            "\"evaluation\"",
            "\"ev\"",
            "Could not resolve type id 'ev' as a subtype of `MetricsRow`"
          }
        }) {
      Files.writeString(file, line.replace(damage[0], damage[1]));
      refuses(
          () -> run.rows(RunDirectory.METRICS, MetricsRow.class),
          file,
          "line 1: not a row: " + damage[2]);
    }
  }

  @Test
  void listsWhatHoldsARecord() throws IOException {
    run().write(record());
    RunDirectory.create(runs, "a", "b").write(record());
    RunDirectory.create(runs, "empty", "one");

    assertThat(RunDirectory.list(runs))
        .extracting(RunDirectory::path)
        .containsExactly(runs.resolve("a/b"), runs.resolve("quickstart/rope-01234567"));
    assertThat(RunDirectory.list(runs.resolve("a/b")))
        .extracting(RunDirectory::path)
        .containsExactly(runs.resolve("a/b"));
    assertThat(RunDirectory.open(runs.resolve("a/b")).read()).isEqualTo(record());
    refuses(() -> RunDirectory.open(runs), runs, "not a run: it holds no run.json; check the path");
    refuses(
        () -> RunDirectory.list(runs.resolve("no")),
        runs.resolve("no"),
        "no such directory; check the path");
  }

  @Test
  void refusesAFileInTheWay() throws IOException {
    Files.writeString(runs.resolve("quickstart"), "");
    Path file = runs.resolve("quickstart");
    Path checkpoints = file.resolve("rope-01234567/checkpoints");
    refuses(this::run, checkpoints, "the file " + file + " is in the way; move it");
    Files.delete(file);
    run();
    Files.delete(checkpoints);
    Files.writeString(checkpoints, "");
    refuses(this::run, checkpoints, "the file " + checkpoints + " is in the way; move it");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void refusesWhereNothingCanBeMade() {
    // Not even root may write here.
    Path nowhere = Path.of("/proc/pelab");
    refuses(() -> RunDirectory.create(nowhere, "x", "y"), nowhere.resolve("x/y/checkpoints"), "");
  }

  @Test
  void refusesADirectoryThatMayNotBeWritten() {
    Path path = run().path();
    assumeThat(path.toFile().setWritable(false)).isTrue();
    assumeThat(Files.isWritable(path)).as("root may write everywhere").isFalse();
    refuses(this::run, path, "not writable; change its permissions");
  }

  @Test
  void refusesARowThatCannotBeWritten() throws IOException {
    RunDirectory run = begun();
    Path file = Files.createDirectory(run.path().resolve(RunDirectory.METRICS));
    refuses(() -> run.append(RunDirectory.METRICS, FIRST), file, "");
    refuses(() -> run.replace(RunDirectory.METRICS, List.of(FIRST)), file, "");
    try (Stream<Path> files = Files.list(run.path())) {
      assertThat(files)
          .containsExactlyInAnyOrder(file, run.checkpoints(), run.path().resolve("run.json"));
    }
  }

  @Test
  void anAtomicWriteThatFailsLeavesEverythingAsItWas() throws IOException {
    Path file = runs.resolve("x");
    AtomicFile.write(file, out -> out.write(1));

    refuses(
        () ->
            AtomicFile.write(
                file,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("No space left\non device");
                }),
        file,
        "No space left on device");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      throw new IllegalStateException("bug");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(file).hasBinaryContent(new byte[] {1});
    try (Stream<Path> files = Files.list(runs)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void hasOneWriter() throws IOException {
    RunDirectory run = run();
    try (RunDirectory.Lock lock = run.lock()) {
      refuses(run::lock, run.path(), "another pe is writing this run");
      try (RunDirectory.Lock other = RunDirectory.create(runs, "a", "b").lock()) {
        assertThat(other).isNotNull();
      }
    }
    run.lock().close();
  }

  @Test
  void whoeverLostItsDirectoryWritesNothingIntoTheNext() throws IOException {
    RunDirectory run = begun();
    try (RunDirectory.Lock lock = run.lock()) {
      run.append(RunDirectory.METRICS, FIRST);
      Files.move(run.path(), runs.resolve("elsewhere"));
      refuses(() -> run.append(RunDirectory.METRICS, FIRST), run.path(), "was removed or replaced");
      RunDirectory next = begun();
      try (RunDirectory.Lock another = next.lock()) {
        refuses(
            () -> run.append(RunDirectory.METRICS, FIRST), run.path(), "was removed or replaced");
        refuses(() -> run.write(record()), run.path(), "was removed or replaced");
        next.append(RunDirectory.METRICS, SECOND);
      }
    }
    assertThat(run().rows(RunDirectory.METRICS, MetricsRow.class)).containsExactly(SECOND);
  }

  @Test
  void aLinkToRunsIsFollowed() throws IOException {
    Path link;
    try {
      link = Files.createSymbolicLink(runs.resolve("link"), begun().path().getParent());
    } catch (IOException | UnsupportedOperationException e) {
      assumeThat(false).as("links").isTrue();
      return;
    }
    assertThat(RunDirectory.list(link)).hasSize(1);
    Files.createSymbolicLink(runs.resolve("quickstart/loop"), runs);
    assertThat(RunDirectory.list(runs.resolve("quickstart"))).isNotEmpty();
  }
}
