package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.cli.report.Proportion;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every {@code ./pe} line of the README does what it says, the quickstart among them; but for the
 * nightly gate's, which take a minute and can say otherwise on each machine: {@link NightlyTest},
 * {@link MavenGoalsTest} and {@link SeededDefectsTest} have them. The claim that it names has all
 * its rows: {@link ClaimCommandsTest} has a small one that is run.
 */
@Tag("slow")
class ReadmeTest {
  private static final Path ROOT = Path.of("..");

  @TempDir Path temporary;

  @Test
  void everyCommandWorksAndTheQuickstartFindsWhatItSays() throws IOException {
    List<String> lines = commands();
    assertThat(lines.get(0)).startsWith("./pe run configs/quickstart.yaml");
    for (String line : lines) {
      Pe pe = Pe.run(arguments(line));
      assertThat(pe.exitCode()).as("%s: %s", line, pe.err()).isEqualTo(ExitCode.OK);
      assertThat(pe.out()).as(line).isNotBlank();
    }

    Map<String, RunDirectory> runs =
        RunDirectory.list(temporary.resolve("runs")).stream()
            .collect(Collectors.toMap(run -> run.read().label(), run -> run));
    assertThat(runs)
        .containsOnlyKeys("nope", "t5", "alibi", "rope", "rope-mla_compressed=32_rotary=8");
    // Chance is 0.125; always to say the sample's largest class gives a little more.
    assertThat(test(runs.get("nope")).accuracy()).isBetween(0.1, 0.16);
    assertThat(test(runs.get("rope")).accuracy()).isGreaterThan(0.98);
    assertThat(runs.values())
        .allSatisfy(
            run ->
                assertThat(run.rows(RunDirectory.ABLATION, AblationRow.class))
                    .filteredOn(row -> row.intervention().mode().equals("mean"))
                    .as(
                        "3 layers × 4 heads, verdicts, 3 pairs in each and across, random subspaces")
                    .hasSize(3 * 4 + 3 + 3 * 3 + 3 + 3));
  }

  private static List<String> commands() throws IOException {
    return Files.readAllLines(ROOT.resolve("README.md"), StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith("./pe "))
        .filter(line -> !line.matches("./pe (nightly|baseline) .*"))
        .map(line -> line.replaceFirst("\\s+[#>].*", ""))
        .toList();
  }

  /** As a shell in the project's root would, but with runs kept apart. */
  private Object[] arguments(String line) throws IOException {
    List<Object> arguments = new ArrayList<>();
    for (String word : line.substring("./pe ".length()).split("\\s+", -1)) {
      if (word.startsWith("configs/")) {
        arguments.add(ROOT.resolve(word));
      } else if (word.endsWith("*")) {
        arguments.addAll(glob(temporary.resolve(word)));
      } else if (word.equals("runs") || word.startsWith("runs/")) {
        arguments.add(temporary.resolve(word));
      } else {
        arguments.add(word);
      }
    }
    if (List.of("run", "claim").contains(arguments.get(0)) && !arguments.contains("--runs")) {
      arguments.add("--runs");
      arguments.add(temporary.resolve("runs"));
    }
    if (arguments.get(0).equals("fast-rope")) {
      arguments.add("-o");
      arguments.add(temporary.resolve("fast-rope.html"));
    }
    boolean reads = arguments.get(0).equals("claims");
    if (reads || arguments.get(0).equals("claim") || arguments.contains("--ledger")) {
      arguments.add("--claims");
      arguments.add(ROOT.resolve("configs").resolve("claims"));
      arguments.add("--results");
      arguments.add(
          reads
              ? ROOT.resolve("results")
              : copied(ROOT.resolve("results"), temporary.resolve("results")));
    }
    return arguments.toArray();
  }

  private static Path copied(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Path copy = to.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(each, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return to;
  }

  private static List<Path> glob(Path pattern) throws IOException {
    String prefix = pattern.getFileName().toString().replace("*", "");
    try (Stream<Path> entries = Files.list(pattern.getParent())) {
      return entries.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
    }
  }

  private static Proportion test(RunDirectory run) {
    return run.rows(RunDirectory.METRICS, MetricsRow.class).stream()
        .filter(MetricsRow.Evaluation.class::isInstance)
        .map(MetricsRow.Evaluation.class::cast)
        .filter(row -> row.checkpoint().equals("best"))
        .map(row -> Proportion.of(row.correct(), row.total()))
        .findFirst()
        .orElseThrow();
  }
}
