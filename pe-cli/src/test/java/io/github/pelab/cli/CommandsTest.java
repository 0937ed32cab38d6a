package io.github.pelab.cli;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.portrait.HeadPortrait;
import io.github.pelab.ablation.portrait.RunPortraits;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that do something, on a sweep that takes seconds. */
class CommandsTest {
  @TempDir Path directory;

  private Path config() throws IOException {
    return Files.writeString(
        directory.resolve("two.yaml"),
        """
        schemaVersion: 1
        name: two
        task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
        data: {train: 64, validation: 40, test: 60}
        model: {scheme: [nope, rope], layers: 2, width: 8, heads: 2}
        training: {epochs: 1, batch: 32}
        """);
  }

  private static List<AblationRow> ablation(RunDirectory run) {
    return run.rows(RunDirectory.ABLATION, AblationRow.class);
  }

  @Test
  void runThenAblateThenReport() throws IOException {
    Path runs = directory.resolve("runs");
    Pe first = Pe.run("run", config(), "--runs", runs, "--progress", "none");
    assertThat(first.err()).isEmpty();
    assertThat(first.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(first.out())
        .contains("nope", "rope", "layer 1 (mean, best): NOT LEARNED")
        .contains("report: " + runs.resolve("two/report.html"));
    assertThat(runs.resolve("two/report.html")).isRegularFile();
    List<RunDirectory> found = RunDirectory.list(runs);
    assertThat(found).hasSize(2).allMatch(run -> run.read().status() == RunRecord.Status.FINISHED);
    // Two layers of two heads, and two verdicts; three pairs, and random subspaces in each layer.
    assertThat(ablation(found.get(0))).hasSize(11);
    List<HeadPortrait> portraits = RunPortraits.rows(found.get(0));
    // as many examples as there are
    assertThat(portraits).hasSize(4).allMatch(head -> head.examples() == 60);

    Pe second = Pe.run("run", config(), "--runs", runs, "--progress", "none");
    assertThat(second.out()).as("finished members are not done again").isEqualTo(first.out());

    RunDirectory rope = found.get(1);
    Pe ablated = Pe.run("ablate", rope.path(), "--mode", "zero", "--progress", "none");
    assertThat(ablated.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(ablated.out()).contains("(zero, best)");
    assertThat(ablation(rope))
        .as("findings of both modes, side by side")
        .hasSize(22)
        .filteredOn(row -> row.intervention().mode().equals("zero"))
        .hasSize(11);
    assertThat(RunPortraits.rows(rope)).hasSize(4);

    Pe ended = Pe.run("ablate", rope.path(), "--mode=zero", "--checkpoint=last", "--progress=none");
    assertThat(ended.out()).as(ended.err()).contains("(zero, best)").contains("(zero, last)");
    assertThat(ablation(rope)).as("beside what is there of the best").hasSize(33);

    Pe released = Pe.run("ablate", rope.path(), "--mode", "as-released", "--progress", "none");
    assertThat(released.exitCode()).as(released.err()).isEqualTo(ExitCode.OK);
    assertThat(released.out()).contains("(as-released, best)");
    assertThat(ablation(rope))
        .filteredOn(row -> row.intervention().mode().equals("as-released"))
        .as("heads and layers alone, over the training split too")
        .hasSize(6)
        .filteredOn(AblationRow.Head.class::isInstance)
        .allMatch(row -> ((AblationRow.Head) row).total() == 64 + 60);
    Pe wrong = Pe.run("ablate", rope.path(), "--mode", "as_released");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err())
        .contains("expected one of [mean, zero, resample, as-released] but was 'as_released'");

    Path spectra = directory.resolve("spectra.html");
    Pe measured =
        Pe.run(
            "spectra",
            rope.path(),
            "--examples",
            "5",
            "--noise",
            "1",
            "--progress",
            "none",
            "-o",
            spectra);
    assertThat(measured.exitCode()).as(measured.err()).isEqualTo(ExitCode.OK);
    assertThat(measured.out()).contains("trained, best", "shuffled, best", "report: " + spectra);
    assertThat(rope.path().resolve(RunDirectory.CONTRACTION)).isNotEmptyFile();

    Files.delete(rope.path().resolve(RunDirectory.CONTRACTION));
    Pe few = Pe.run("spectra", rope.path(), "--trials", "9", "--progress", "none");
    assertThat(few.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(few.err()).contains("trials: found 9; give 200 at least");
    assertThat(rope.path().resolve(RunDirectory.CONTRACTION)).as("said at once").doesNotExist();

    Pe last =
        Pe.run(
            small("spectra", runs, "--checkpoint", "last", "-o", directory.resolve("last.html")));
    assertThat(last.exitCode()).as(last.err()).isEqualTo(ExitCode.OK);
    assertThat(last.out())
        .contains("trained, last", "nothing to compare: nope", "one of 2 heads, 200 draws")
        .doesNotContain("trained, best");
    Pe nowhere = Pe.run("spectra", runs, "-o", directory.resolve("none").resolve("page.html"));
    assertThat(nowhere.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(nowhere.err()).contains("none: no such directory; make it");

    Path page = directory.resolve("page.html");
    Pe report = Pe.run("report", runs, "--output", page);
    assertThat(report.out()).contains("nope", "rope", "report: " + page);
    assertThat(page).isRegularFile();

    Files.writeString(rope.path().resolve(RunDirectory.METRICS), "");
    Pe untrained = Pe.run("spectra", rope.path(), "--progress", "none");
    assertThat(untrained.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(untrained.err())
        .contains(rope.path() + ": training has not ended; let pe run end it");
    Pe other = Pe.run("spectra", runs, "--progress", "none", "-o", page);
    assertThat(other.exitCode()).isEqualTo(ExitCode.RUN);
    assertThat(other.err())
        .contains(
            rope.path() + ": training has not ended; let pe run end it",
            "1 of 2 runs are left out; the reasons are above");
    assertThat(other.out()).contains("nothing to compare: nope", "report: " + page);
  }

  @Test
  void spectraOfARunWhoseSchemeHasNoKernelByLagAreOfThatRunAlone() throws IOException {
    Path runs = directory.resolve("runs");
    Path config = config();
    Files.writeString(
        config,
        Files.readString(config, StandardCharsets.UTF_8).replace("[nope, rope]", "turn-released"));
    Pe trained = Pe.run("train", config, "--runs", runs, "--progress", "none");
    assertThat(trained.exitCode()).as(trained.err()).isEqualTo(ExitCode.OK);
    Pe measured =
        Pe.run("spectra", runs, "--progress", "none", "-o", directory.resolve("spectra.html"));
    assertThat(measured.exitCode()).as(measured.err()).isEqualTo(ExitCode.OK);
    assertThat(measured.out()).contains("trained, best", "shuffled, best").doesNotContain("random");
  }

  @Test
  void spectraOfRandomHeadsNeedNoRun() {
    Path page = directory.resolve("spectra.html");
    Pe random = Pe.run(small("spectra", "--synthetic", "--scheme", "rope", "-o", page));
    assertThat(random.err()).isEmpty();
    assertThat(random.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(random.out())
        .contains("random, iid", "random, coherent, σ = 1.0", "random, Gram", "report: " + page)
        .doesNotContain("alibi");
    assertThat(page).content().contains("<title>Random heads");
  }

  private static Object[] small(Object... command) {
    return Stream.concat(
            Stream.of(command),
            Stream.of(
                "--length", 4, "--head-size", 2, "--heads", 2, "--noise", 1, "--progress", "none"))
        .toArray();
  }

  @Test
  void spectraAreOfRunsOrOfRandomHeads() {
    Pe neither = Pe.run("spectra");
    assertThat(neither.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(neither.err()).contains("a run is missing: name one, or give --synthetic");
    Pe both = Pe.run(small("spectra", "--synthetic", directory));
    assertThat(both.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(both.err()).contains("--synthetic is of random heads alone");
    for (String option : List.of("--length", "--heads", "--head-size")) {
      Pe none = Pe.run("spectra", "--synthetic", option, "0", "--progress", "none");
      assertThat(none.exitCode()).as(option).isEqualTo(ExitCode.INPUT);
      assertThat(none.err()).contains(": found 0; give ");
    }
    for (String noise : List.of("0", "-1", "NaN", "Infinity")) {
      Pe none = Pe.run("spectra", "--synthetic", "--noise", noise, "--progress", "none");
      assertThat(none.exitCode()).as(noise).isEqualTo(ExitCode.INPUT);
      assertThat(none.err()).contains("noise: found ", "; give a finite number above 0");
    }
    Path page = directory.resolve("none.html");
    Pe unknown = Pe.run(small("spectra", "--synthetic", "--scheme", "ropes", "-o", page));
    assertThat(unknown.exitCode()).isNotZero();
    assertThat(unknown.err()).contains("ropes");
    assertThat(page).doesNotExist();
  }

  @Test
  void headsAreNotWatchedWhereNobodyAsks() throws IOException {
    Path runs = directory.resolve("runs");
    Path config = Files.writeString(config(), "ablation: {portrait: 0}\n", APPEND);
    assertThat(Pe.run("run", config, "--runs", runs, "--progress", "none").err()).isEmpty();
    RunDirectory run = RunDirectory.list(runs).get(0);
    assertThat(RunPortraits.rows(run)).isEmpty();
    assertThat(Pe.run("run", config, "--runs", runs, "--dry-run").out()).contains("finished: 2");
    assertThat(Pe.run("ablate", run.path(), "--progress", "none").exitCode()).isZero();
    assertThat(RunPortraits.rows(run)).isEmpty();
  }

  /** As runs are that were ablated before heads were watched, or broken off between the two. */
  @Test
  void headsThatAreNotWatchedYetAreWhenTheCommandIsGivenAgain() throws IOException {
    Path runs = directory.resolve("runs");
    Pe.run("run", config(), "--runs", runs, "--progress", "none");
    RunDirectory run = RunDirectory.list(runs).get(0);
    List<HeadPortrait> before = RunPortraits.rows(run);
    Files.delete(run.path().resolve(RunDirectory.HEADS));
    Pe dryRun = Pe.run("run", config(), "--runs", runs, "--dry-run");
    assertThat(dryRun.out()).contains("finished: 1");
    Pe.run("run", config(), "--runs", runs, "--progress", "none");
    assertThat(RunPortraits.rows(run)).isEqualTo(before).isNotEmpty();
  }

  @Test
  void evalAtSeveralLengths() throws IOException {
    Path runs = directory.resolve("runs");
    Pe.run("run", config(), "--runs", runs, "--progress", "none");
    RunDirectory rope = RunDirectory.list(runs).get(1);
    Pe eval = Pe.run("eval", rope.path(), "--length", "6,200", "--examples", "20");
    assertThat(eval.err()).isEmpty();
    assertThat(eval.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(eval.out().lines().toList().subList(1, 3))
        .satisfiesExactly(
            six -> assertThat(six).contains("rope  best, epoch 1  test", " 6 ", "33.3 %", "rule"),
            more -> assertThat(more).contains(" 200 ", "gap "));
    Pe last =
        Pe.run(
            "eval",
            rope.path(),
            "--split",
            "validation",
            "--checkpoint",
            "LAST",
            "--task",
            "maxLength=8");
    assertThat(last.out()).contains("rope  last, epoch 1  validation  of the task  multi-head ");
    Pe cut = Pe.run("eval", rope.path(), "--attention", "fast(degree=2,bound=1,cut=true)");
    assertThat(cut.out()).contains("of the task  fast(degree=2,bound=1,cut=true) ");
    Pe outside = Pe.run("eval", rope.path(), "--attention", "fast(degree=2,bound=0.001)");
    assertThat(outside.exitCode()).isEqualTo(ExitCode.RUN);
    assertThat(outside.err()).contains("logits may come to").doesNotContain("\tat ");
    assertThat(rope.rows(RunDirectory.EVALUATIONS, EvaluationRow.class))
        .extracting(row -> row.result().total())
        .containsExactly(20L, 20L, 40L, 60L);
    assertThat(Pe.run("report", rope.path()).exitCode()).isEqualTo(ExitCode.OK);
  }

  @Test
  void dryRunSaysWhatWouldBeDoneAndDoesNothing() throws IOException {
    Path runs = directory.resolve("runs");
    Pe before = Pe.run("run", config(), "--runs", runs, "--dry-run");
    assertThat(before.err()).isEmpty();
    assertThat(before.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(before.out()).contains("runs: 2, finished: 0");
    assertThat(runs).doesNotExist();

    Pe.run("run", config(), "--runs", runs, "--progress", "none");
    Pe after = Pe.run("run", config(), "--runs", runs, "--dry-run");
    assertThat(after.out()).contains("runs: 2, finished: 2");
    for (RunDirectory run : RunDirectory.list(runs)) {
      assertThat(before.out().replaceAll(" +", " "))
          .contains(
              String.format(
                  Locale.ROOT,
                  "%s %,d %s to do",
                  run.read().label(),
                  run.read().parameters(),
                  run.read().configHash().substring(0, 8)));
    }
  }

  @Test
  void againTrainsAgain() throws IOException {
    Path runs = directory.resolve("runs");
    Pe first = Pe.run("run", config(), "--runs", runs, "--progress", "none");
    RunDirectory run = RunDirectory.list(runs).get(0);
    String started = run.read().provenance().started();
    Pe again = Pe.run("run", config(), "--runs", runs, "--progress", "none", "--again");
    assertThat(run.read().provenance().started()).isNotEqualTo(started);
    assertThat(again.out()).as("same config, same numbers").isEqualTo(first.out());
  }

  @Test
  void againGetsOverARecordThatIsDamaged() throws IOException {
    Path runs = directory.resolve("runs");
    Pe first = Pe.run("run", config(), "--runs", runs, "--progress", "none");
    Files.writeString(RunDirectory.list(runs).get(0).path().resolve("run.json"), "{");
    Pe damaged = Pe.run("run", config(), "--runs", runs, "--progress", "none");
    assertThat(damaged.err()).contains("run.json: not a run's record");
    assertThat(damaged.exitCode()).isEqualTo(ExitCode.RUN);
    Pe again = Pe.run("run", config(), "--runs", runs, "--progress", "none", "--again");
    assertThat(again.err()).isEmpty();
    assertThat(again.out()).isEqualTo(first.out());
  }

  @Test
  void configsAreDescribed() throws IOException {
    assertThat(Pe.run("config", "schema").out()).startsWith("{").contains("\"maxGap\"");
    Pe example = Pe.run("config", "example", "--task", "count");
    assertThat(example.err()).isEmpty();
    assertThat(example.out()).contains("\n  maxCount: 24\n");
  }

  @Test
  void lists() {
    assertThat(Pe.run("schemes").out()).contains("alibi", "nope", "rope", "base=10000");
    assertThat(Pe.run("tasks").out()).contains("distance", "maxGap", "minLength");
    Pe preview = Pe.run("tasks", "preview", "distance", "--set", "maxGap=4", "-n", "2");
    assertThat(preview.err()).isEmpty();
    assertThat(preview.out().lines().filter(line -> line.startsWith("label "))).hasSize(2);
    assertThat(preview.out()).contains("4 classes", "trigger 1 position", "Bayes", "25.00 %");
  }
}
