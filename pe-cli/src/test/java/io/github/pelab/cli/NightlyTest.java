package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code pe nightly} and {@code pe baseline accept} do, on configs that take a second. */
class NightlyTest {
  private static final String YAML =
      """
      schemaVersion: 1
      name: %s
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
      data: {train: 32, validation: 20, test: 20}
      model: {scheme: [nope, rope], layers: 1, width: 8, heads: 2}
      training: {epochs: 1, batch: 32, learningRate: %s}
      ablation: {pairs: 0, controls: 0, portrait: 8}
      """;

  @TempDir Path directory;
  private Path config;
  private Path runs;
  private Path baseline;

  @BeforeEach
  void place() throws IOException {
    config = config("one", "0.01");
    runs = directory.resolve("runs");
    baseline = directory.resolve("configs/baselines/one.json");
  }

  private Path config(String name, String learningRate) throws IOException {
    Path folder = Files.createDirectories(directory.resolve("configs/nightly"));
    return Files.writeString(folder.resolve(name + ".yaml"), YAML.formatted(name, learningRate));
  }

  private Pe nightly(Object... configs) {
    Object[] arguments = new Object[configs.length + 5];
    System.arraycopy(configs, 0, arguments, 1, configs.length);
    arguments[0] = "nightly";
    arguments[configs.length + 1] = "--runs";
    arguments[configs.length + 2] = runs;
    arguments[configs.length + 3] = "--progress";
    arguments[configs.length + 4] = "none";
    return Pe.run(arguments);
  }

  private Pe accept(Object... more) {
    Object[] arguments = {"baseline", "accept", "--runs", runs};
    Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Pe.run(all);
  }

  private static void replace(Path file, String what, String by) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    assertThat(text).contains(what);
    Files.writeString(file, text.replace(what, by));
  }

  @Test
  void firstThereIsNoVerdictThenABaselineThenAPass() throws IOException {
    Pe first = nightly(config);
    assertThat(first.err()).isEmpty();
    assertThat(first.exitCode()).isEqualTo(2);
    assertThat(first.out())
        .contains("there is no baseline; look at this night, then pe baseline accept")
        .contains("one: NO VERDICT", "report: " + runs.resolve("nightly/nightly.md"));
    assertThat(runs.resolve("nightly/TEST-nightly.xml")).isRegularFile();

    Pe accepted = accept(config);
    assertThat(accepted.err()).isEmpty();
    assertThat(accepted.exitCode()).isZero();
    assertThat(accepted.out()).contains("one: none → 2 members", baseline + ": the night of ");
    assertThat(Files.readString(baseline)).doesNotContain(directory.toString());

    Pe second = nightly(config);
    assertThat(second.exitCode()).as(second.out()).isZero();
    assertThat(second.out()).contains("one: PASS");
    assertThat(Files.readString(runs.resolve("nightly/nightly.md"))).startsWith("# Nightly: PASS");
    assertThat(accept(config).out()).contains("nothing has changed");
    assertThat(Files.readAllLines(runs.resolve("nightly/one/history.jsonl"))).hasSize(2);
  }

  @Test
  void whatDiffersOnThisMachineIsARegressionUntilItIsAccepted() throws IOException {
    nightly(config);
    accept(config);
    List<String> lines = Files.readAllLines(baseline);
    String parameters =
        lines.stream().filter(line -> line.contains("\"parameters\"")).findFirst().orElseThrow();
    replace(
        baseline,
        parameters,
        parameters.replaceAll("\"[0-9a-f]{64}\"", "\"" + "0".repeat(64) + "\""));
    Pe red = nightly(config);
    assertThat(red.exitCode()).isEqualTo(1);
    assertThat(red.out())
        .contains(
            "one: REGRESSION nope/drift, with the baseline: first the trained parameters differ")
        .doesNotContain("rope/drift,");
    assertThat(accept(config).out()).contains("nope: 1 of 1 members differ in their bits");
    assertThat(nightly(config).exitCode()).isZero();
  }

  @Test
  void aMemberThatCannotBeTrainedIsARegressionAndNoBaseline() throws IOException {
    Path diverges = config("diverges", "0.01");
    replace(diverges, "rope", "learned(deviation=1e38)");
    Pe night = nightly(diverges, config);
    assertThat(night.exitCode()).as(night.out()).isEqualTo(1);
    assertThat(night.out())
        .contains(
            "diverges: REGRESSION learned_deviation=1e38/self-check, with the member itself: ")
        .contains("failed: training learned_deviation=1e38: the loss is NaN at update 1")
        .contains("one: NO VERDICT");
    Pe refused = accept(config, diverges);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(refused.err()).contains("is no baseline: learned_deviation=1e38: ");
    assertThat(baseline).as("none is written if any cannot be").doesNotExist();
  }

  @Test
  void acceptWantsAWholeNightOfTheConfigAsItIs() throws IOException {
    assertThat(accept(config).err()).contains("holds no night; let pe nightly do one");
    nightly(config);
    config("one", "0.02");
    assertThat(accept(config).err()).contains("the config has changed since its night");
    config("one", "0.01");
    Path broken = Files.createDirectory(runs.resolve("nightly/one/99991231T000000.000Z"));
    Pe incomplete = accept(config);
    assertThat(incomplete.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(incomplete.err()).contains(broken + ": the night was broken off");
  }

  @Test
  void whatIsWrongIsSaidBeforeAnythingIsTrained() throws IOException {
    Files.createDirectories(baseline.getParent());
    Files.writeString(baseline, "{\"schemaVersion\": 1, \"nonsense\": true}");
    Pe damaged = nightly(config);
    assertThat(damaged.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(damaged.err()).contains("one.json: not a baseline: ");
    Files.delete(baseline);

    Pe twice = nightly(config, config);
    assertThat(twice.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(twice.err()).contains("name: 'one' is another config's too");

    Path history = runs.resolve("nightly/one/history.jsonl");
    Files.createDirectories(history.getParent());
    Files.writeString(history, "{}\n");
    assertThat(nightly(config).err()).contains("history.jsonl: line 1 from the end: not a night");
    assertThat(runs.resolve("nightly/one")).isDirectoryNotContaining("glob:**Z");
  }

  @Test
  void otherEndsThanVerdictsHaveCodesOfTheirOwn() {
    assertThat(Pe.run("nightly").exitCode()).isEqualTo(NightlyCommand.USAGE);
    assertThat(Pe.run("nightly", "--nonsense").exitCode()).isEqualTo(NightlyCommand.USAGE);
    assertThat(Pe.run("nightly", config, "--keep-nights", "0").exitCode())
        .isEqualTo(NightlyCommand.USAGE);
    assertThat(Pe.run("nightly", directory.resolve("none.yaml")).exitCode())
        .isEqualTo(ExitCode.INPUT);
    assertThat(Pe.run("baseline").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(Pe.run("baseline", "accept").exitCode()).isEqualTo(ExitCode.USAGE);
    Pe help = Pe.run("nightly", "--help");
    assertThat(help.out().replaceAll("\\s+", " "))
        .contains("1 REGRESSION: something is other than it was", "2 NO VERDICT", "64 the command")
        .doesNotContain("1 a fault of this program");
  }
}
