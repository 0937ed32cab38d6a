package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimCommandsTest {
  private static final String SUITE =
      """
      schemaVersion: 1
      name: small
      task: {name: distance, vocabulary: 8, maxGap: 2, minLength: 4, maxLength: 6}
      data: {train: 64, validation: 20, test: 40}
      model: {scheme: [rope, nope], layers: 1, width: 8, heads: 4, maxLength: 6}
      training: {epochs: 1, batch: 32, seed: [1, 2, 3, 4, 5]}
      ablation: {pairs: 0, controls: 0, portrait: 0}
      """;

  private static final String CLAIM =
      """
      schemaVersion: 1
      id: rope-wins
      group: 1
      sentence: RoPE wins.
      source: somewhere
      protocol: clean
      scope: next to nothing
      suites: [suites/small.yaml]
      statements:
        - {name: accuracy, metric: accuracy, of: {model.scheme: rope}, against: {model.scheme: nope}, expect: above, threshold: 0.9}
        - {name: longer, metric: accuracy(length=8), of: {model.scheme: rope}, expect: above, threshold: 0.99}
        - {name: contracts, metric: contraction, of: {model.scheme: rope}, expect: below, threshold: 9}
        - {name: deposits, metric: deposit(mode=zero), of: {model.scheme: rope}, expect: above, threshold: 0.5}
      rule: all
      """;

  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    Path claims = directory.resolve("claims");
    Files.createDirectories(claims.resolve("suites"));
    Files.writeString(claims.resolve("suites").resolve("small.yaml"), SUITE);
    Files.writeString(claims.resolve("rope-wins.yaml"), CLAIM);
  }

  private Pe run(Object... command) {
    return Pe.run(
        Stream.concat(
                Stream.of(command),
                Stream.of(
                    "--claims",
                    directory.resolve("claims"),
                    "--results",
                    directory.resolve("results")))
            .toArray());
  }

  private Pe claim(String... words) {
    return run(
        Stream.concat(
                Stream.of("claim", "--runs", directory.resolve("runs"), "--progress", "none"),
                Stream.of(words))
            .toArray());
  }

  @Test
  void aClaimIsRunJudgedKeptAndChecked() throws IOException {
    assertThat(run("claims").out()).contains("rope-wins", "not run");
    assertThat(run("claims", "--plan").out())
        .containsPattern("rope-wins +10 +0 +10 +0 +\\? +\\?")
        .contains("runs of all: 10, done: 0", "not known before one is done");

    Pe judged = claim("rope-wins");
    assertThat(judged.exitCode()).as(judged.err()).isEqualTo(ExitCode.OK);
    assertThat(judged.out())
        .contains("RoPE wins.", "REFUTED: next to nothing")
        .containsPattern("accuracy +5 .*points.* above 90 points .*REFUTED")
        .containsPattern("longer +5 .*REFUTED")
        .containsPattern("contracts +5 .*CONFIRMED")
        .containsPattern("deposits .*UNDECIDED +\\d runs that say something, of 10");
    assertThat(run("claims").out()).containsPattern("rope-wins +clean +10 +1 of 4 +REFUTED");
    assertThat(run("claims", "--plan").out())
        .containsPattern("rope-wins +10 +0 +10 +10 +\\d+ +0")
        .contains("runs of all: 10, done: 10", "left: 0", "a quarter of the runs");

    Path rows = directory.resolve("results").resolve("claims").resolve("rope-wins.jsonl");
    byte[] kept = Files.readAllBytes(rows);
    Path runs = directory.resolve("runs");
    Path elsewhere = Files.move(runs, directory.resolve("elsewhere"));
    assertThat(claim("rope-wins").exitCode()).isEqualTo(ExitCode.OK);
    assertThat(Files.readAllBytes(rows)).as("nothing was run again").isEqualTo(kept);
    assertThat(runs).doesNotExist();
    Files.move(elsewhere, runs);
    Pe unwritten = run("claims", "--check");
    assertThat(unwritten.exitCode()).isEqualTo(ExitCode.RUN);
    assertThat(unwritten.err())
        .contains("README.md", "rope-wins.svg: not what the rows give", "./pe report --ledger");
    Pe report = run("report", "--ledger");
    assertThat(report.exitCode()).as(report.err()).isEqualTo(ExitCode.OK);
    Path page = directory.resolve("results").resolve("ledger.html");
    assertThat(report.out()).containsPattern("rope-wins .*REFUTED").contains("report: " + page);
    assertThat(page).content().contains("RoPE wins.", "<b class=\"refuted\">REFUTED</b>");
    assertThat(run("claims", "--check").exitCode()).isEqualTo(ExitCode.OK);

    Path file = directory.resolve("claims").resolve("rope-wins.yaml");
    Files.writeString(file, CLAIM + "shown: [accuracy(checkpoint=best)]\n");
    assertThat(claim("rope-wins").exitCode()).isEqualTo(ExitCode.OK);
    assertThat(rows).content().as("asked beside").contains("\"accuracy(checkpoint=best)\":");
    Files.writeString(file, CLAIM);
    Files.write(rows, kept);
    Path suite = directory.resolve("claims").resolve("suites").resolve("small.yaml");
    Files.writeString(suite, SUITE.replace("4, 5]", "4, 5, 6]"));
    assertThat(run("claims", "--check").err())
        .contains("rope-wins: no row of rope-seed6; let pe claim make it; no row of nope-seed6");
    Files.writeString(suite, SUITE.replace("1, 2, 3, 4, 5]", "2, 3, 4, 5]"));
    assertThat(run("claims", "--check").err()).contains("a row of rope-seed1, which is not asked");
    Files.writeString(suite, SUITE);
    Path other = Files.move(file, directory.resolve("rope-wins.yaml"));
    Files.writeString(file.resolveSibling("other.yaml"), CLAIM.replace("rope-wins", "other"));
    assertThat(run("claims").err()).contains("rope-wins.jsonl: of no claim in ", "--results");
    Files.delete(file.resolveSibling("other.yaml"));
    Files.move(other, file);

    Files.writeString(
        rows, Files.readString(rows).replaceAll("\"accuracy\":[0-9.]+", "\"accuracy\":1.0"));
    Pe changed = run("claims", "--check");
    assertThat(changed.exitCode()).isEqualTo(ExitCode.RUN);
    assertThat(changed.err())
        .contains("the rows do not give the verdicts that were kept of rope-wins");
    assertThat(claim("rope-wins", "--again").out())
        .contains(
            "10 rows made again, 10 of them were kept before, 0 are as they were; otherwise: rope-");
    assertThat(Files.readAllBytes(rows)).isEqualTo(kept);
    assertThat(claim("rope-wins", "--again").out())
        .contains("10 rows made again, 10 of them were kept before, 10 are as they were\n");
    Files.writeString(
        directory.resolve("claims").resolve("rope-wins.yaml"), CLAIM.replace("0.99", "0.5"));
    for (Pe stale : List.of(run("claims", "--check"), claim("rope-wins"))) {
      assertThat(stale.exitCode()).isNotZero();
      assertThat(stale.err())
          .contains("of other statements than rope-wins makes now", "pe claim --again");
    }
    assertThat(claim("rope-wins", "--again").out())
        .contains("10 rows made again, 0 of them were kept before", "above 50 %");
  }

  @Test
  void aReportIsOnRunsOrOnClaims() throws IOException {
    Path results = directory.resolve("results");
    for (List<Object> words :
        List.<List<Object>>of(
            List.of("report"),
            List.of("report", "--results", results),
            List.of("report", directory, "--ledger"),
            List.of("report", "--ledger", ""),
            List.of("report", "--ledger", "-o", directory.resolve("page.html")))) {
      assertThat(Pe.run(words.toArray()).exitCode()).as("%s", words).isEqualTo(ExitCode.USAGE);
    }
    Path nowhere = directory.resolve("nowhere");
    Pe none = Pe.run("report", "--ledger", "--claims", nowhere, "--results", results);
    assertThat(none.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(none.err()).contains(nowhere + ": no such directory; check the path");
    assertThat(results).doesNotExist();

    Pe notRun = run("report", "--ledger");
    assertThat(notRun.exitCode()).as(notRun.err()).isEqualTo(ExitCode.OK);
    assertThat(results.resolve("README.md")).content().contains("1 claim: ", "1 not run");
  }

  @Test
  void whatIsWrongIsSaidBeforeAnythingIsRun() throws IOException {
    assertThat(claim("rope-won").err()).contains("no claim is named rope-won; there are rope-wins");
    Path file = directory.resolve("claims").resolve("rope-wins.yaml");
    Files.writeString(
        file, CLAIM.replace("against: {model.scheme: nope}", "against: {model.scheme: t5}"));
    assertThat(claim("rope-wins").err())
        .contains("rope-wins: statement accuracy: no run of its suites is t5");
    Files.writeString(file, CLAIM.replace("metric: contraction", "metric: steps-to-half"));
    assertThat(claim("rope-wins").err()).contains("set spectra.every in the suite");
    Files.writeString(
        file,
        CLAIM.replace(
            "rule: all",
            "  - {name: best, metric: contraction(checkpoint=best), of: {model.scheme: rope}, expect: below}\nrule: all"));
    assertThat(claim("rope-wins").err()).contains("asks contraction of two checkpoints");
    Files.writeString(file, CLAIM);
    Path suite = directory.resolve("claims").resolve("suites").resolve("small.yaml");
    Files.writeString(suite, SUITE.replace("epochs: 1", "epochs: [1, 2]"));
    assertThat(claim("rope-wins").err()).contains("rope-wins: several runs of seed 1 are rope");
    Files.writeString(suite, SUITE.replace("epochs: 1", "epochs: 1, patience: 3"));
    assertThat(claim("rope-wins").err()).contains("training.patience: found 3", "write 0");
    Files.writeString(suite, SUITE);
    Files.writeString(file, CLAIM + "fullScale: none.yaml\n");
    assertThat(claim("rope-wins").err()).contains("none.yaml");
    Files.writeString(file, CLAIM.replace("suites/small", "suites/large"));
    Pe missing = claim("rope-wins");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(missing.err()).contains("large.yaml");
    assertThat(directory.resolve("runs")).doesNotExist();
  }
}
