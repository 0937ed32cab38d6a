package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Maven's goals, from a checkout that was never built: what runs here is in no one's way. */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class MavenGoalsTest {
  private static final Path ROOT = Path.of("..");

  @TempDir Path checkout;

  @Test
  void oneCommandBuildsRunsAblatesEvaluatesReportsAndCompares() throws Exception {
    for (String part : List.of("pom.xml", "mvnw", ".mvn")) {
      copy(ROOT.resolve(part));
    }
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(each -> Files.exists(each.resolve("src/main"))).toList()) {
        copy(module.resolve("pom.xml"));
        copy(module.resolve("src/main"));
      }
    }
    Path config =
        Files.writeString(
            checkout.resolve("a tiny one.yaml"),
            """
            schemaVersion: 1
            name: tiny
            task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
            data: {train: 32, validation: 20, test: 20}
            model: {scheme: rope, layers: 1, width: 8, heads: 2}
            training: {epochs: 1, batch: 32}
            ablation: {mode: zero}
            """);
    Path run =
        Path.of("runs", "tiny")
            .resolve(Experiment.configs().read(config).members().get(0).directory());

    Path watched =
        Files.createDirectories(checkout.resolve("configs/nightly")).resolve("tiny.yaml");
    Files.copy(config, watched);
    assertThat(Pe.run("nightly", watched, "--runs", checkout.resolve("first")).exitCode())
        .isEqualTo(2);
    Pe.run("baseline", "accept", watched, "--runs", checkout.resolve("first"));

    String output =
        maven(
            "package",
            "exec:exec@run",
            "exec:exec@ablate",
            "exec:exec@eval",
            "exec:exec@report",
            "exec:exec@nightly",
            "-Dpe.nightly=configs/nightly/tiny.yaml",
            "-Dpe.config=" + config.getFileName(),
            "-Dpe.run=" + run);
    assertThat(output).contains("rule", "of the task", "(zero, best)", "tiny: PASS");
    assertThat(output.lines().filter(line -> line.startsWith("report: "))).hasSize(4);
    RunDirectory directory = RunDirectory.open(checkout.resolve(run));
    assertThat(directory.read().status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(directory.read().provenance().jvmFlags())
        .contains("--add-modules=jdk.incubator.vector", "-XX:MaxRAMPercentage=40");
    // Two heads, their layer, the pair of them, random subspaces.
    assertThat(directory.rows(RunDirectory.ABLATION, AblationRow.class)).hasSize(5);
    assertThat(directory.rows(RunDirectory.EVALUATIONS, EvaluationRow.class)).hasSize(1);
  }

  private void copy(Path source) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = checkout.resolve(ROOT.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private String maven(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of("./mvnw", "-B", "-q", "-Dmaven.test.skip", "-Dspotless.skip=true"),
                Stream.of(arguments))
            .toList();
    Process maven =
        new ProcessBuilder(command).directory(checkout.toFile()).redirectErrorStream(true).start();
    String output = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(maven.waitFor()).as(output).isZero();
    return output;
  }
}
