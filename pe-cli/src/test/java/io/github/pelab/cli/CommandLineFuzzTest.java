package io.github.pelab.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ConfigExample;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is typed, and whatever the files say that it names: what was asked for, or one line.
 * Nothing here trains for long. The inputs are the same each time; {@code -Dpe.fuzz=N} tries N
 * times as many.
 */
class CommandLineFuzzTest {
  private static final int TIMES = Integer.getInteger("pe.fuzz", 1);
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int LONGEST_LINE = 1200;
  private static final String CONFIG =
      """
      schemaVersion: 1
      name: tiny
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
      data: {train: 20, validation: 20, test: 20}
      model: {scheme: rope, layers: 1, width: 8, heads: 2, maxLength: 7}
      training: {epochs: 1, batch: 16}
      """;

  /** Each word as it is: what follows the command is drawn without regard to sense. */
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("run", "--dry-run"),
          List.of("train", "--dry-run"),
          List.of("train", "--resume"),
          List.of("ablate"),
          List.of("eval"),
          List.of("report"),
          List.of("schemes"),
          List.of("tasks"),
          List.of("tasks", "preview"),
          List.of("config"),
          List.of("config", "example"),
          List.of("config", "schema"),
          List.of());

  private static final List<String> WORDS =
      List.of(
          "--runs",
          "--only",
          "--jobs",
          "--progress",
          "--again",
          "--mode",
          "--checkpoint",
          "--split",
          "--length",
          "--task",
          "--examples",
          "--set",
          "-s",
          "-n",
          "-o",
          "--help",
          "--version",
          "-V",
          "distance",
          "count",
          "distance-as-released",
          "tiny",
          "none",
          "lines",
          "zero",
          "as-released",
          "best",
          "last",
          "test",
          "maxGap=3",
          "maxGap=-1",
          "maxGap=99999999999",
          "vocabulary=4",
          "maxGap",
          "=",
          "=1",
          "a=b=c",
          "seed=1.5",
          "0",
          "-1",
          "3",
          "1,2",
          ",",
          "99999999999",
          "1e3",
          "NaN",
          "",
          " ",
          "-",
          "--",
          "---",
          "--runs=",
          "--jobs=x",
          "--unknown",
          "-x",
          "@",
          "@/dev/zero",
          "@pom.xml",
          "\0",
          "\n",
          "a\nb",
          "\u001b[2J",
          "\u009b",
          "\u2028",
          "\u202e",
          "\ud800",
          "\ufffe",
          "%s",
          "%",
          "${x}",
          "*",
          "~",
          "'",
          "\"",
          "/",
          ".",
          "..",
          "run",
          "report",
          "help",
          "x".repeat(300),
          "x".repeat(100_000),
          "é",
          "/dev/null",
          "/dev/zero",
          "/dev/null/x");

  private static final List<String> VALUES =
      List.of(
          "1",
          "2",
          "64",
          "1000",
          "65535",
          "65536",
          "1000000",
          "1048576",
          "16777216",
          "100000000",
          "2147483647",
          "2147483648",
          "-1",
          "0",
          "0.5",
          "1e-300",
          "true",
          "false",
          "x",
          "[1, 2]",
          "\"\\e[2J\\0\"",
          "mla",
          "\"mla(compressed=65536,rotary=65536)\"",
          "learned",
          "\"t5(buckets=0,shared=false)\"",
          "random(trainable=true)",
          "alibi+rope");

  @TempDir Path directory;

  private Path config() throws IOException {
    return Files.writeString(directory.resolve("tiny.yaml"), CONFIG);
  }

  private static <T> T one(SplittableRandom random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static boolean refused(String input, Object... arguments) {
    return refused(input, assertTimeoutPreemptively(LONGEST, () -> Pe.run(arguments), input));
  }

  /** True if it was refused, as it should be if it is. */
  private static boolean refused(String input, Pe pe) {
    if (pe.exitCode() == ExitCode.OK) {
      assertThat(pe.err()).as(input).isEmpty();
      return false;
    }
    assertThat(pe.exitCode()).as(input).isIn(ExitCode.USAGE, ExitCode.INPUT, ExitCode.RUN);
    assertThat(pe.out()).as(input).isEmpty();
    assertThat(pe.err())
        .as(input)
        .startsWith("pe: ")
        .endsWith(System.lineSeparator())
        .hasSizeLessThan(LONGEST_LINE)
        .doesNotContain("Exception", "java.", "pelab.", "jackson", "picocli");
    assertThat(pe.err().stripTrailing())
        .as(input)
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Cs}\u2028\u2029]");
    return true;
  }

  /** Or else a test that finds nothing says nothing. */
  @Test
  void whatIsNoAnswerIsFound() {
    assertThat(refused("one line", new Pe(ExitCode.INPUT, "", "pe: x: no such file\n"))).isTrue();
    for (Pe fault :
        List.of(
            new Pe(ExitCode.OK, "", "pe: x\n"),
            new Pe(ExitCode.INTERNAL, "", "pe: internal error\n"),
            new Pe(ExitCode.INPUT, "x", "pe: x\n"),
            new Pe(ExitCode.INPUT, "", ""),
            new Pe(ExitCode.INPUT, "", "pe: x\npe: y\n"),
            new Pe(ExitCode.INPUT, "", "pe: java.lang.ClassCastException\n"),
            new Pe(ExitCode.INPUT, "", "pe: \u009b2J\n"))) {
      assertThatThrownBy(() -> refused("a fault", fault)).isInstanceOf(AssertionError.class);
    }
  }

  private static void report(String what, int tried, int refused) {
    System.out.printf("%s: tried %d, refused %d%n", what, tried, refused);
    assertThat(refused).isBetween(tried / 10, tried - 1);
  }

  @Test
  void anyWords() throws IOException {
    List<String> words = new ArrayList<>(WORDS);
    Path damaged = Files.createDirectory(directory.resolve("damaged"));
    Files.writeString(damaged.resolve("run.json"), "{");
    for (int times = 0; times < 10; times++) {
      words.addAll(List.of(config().toString(), damaged.toString(), directory + "/no"));
    }
    int tried = 250 * TIMES;
    int refused = 0;
    for (int seed = 0; seed < tried; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<String> line = new ArrayList<>(one(random, COMMANDS));
      for (int count = random.nextInt(6); count > 0; count--) {
        line.add(one(random, words));
      }
      refused += refused("seed " + seed + ": " + line, line.toArray()) ? 1 : 0;
    }
    report("command lines", tried, refused);
  }

  @Test
  void anyValuesOfAConfig() throws IOException {
    List<String> examples =
        Experiment.taskOptions().keySet().stream()
            .map(task -> ConfigExample.of(Experiment.taskOptions(), task))
            // To draw a pool takes a while.
            .map(example -> example.replaceFirst("\n  samples: \\d+", "\n  samples: 0"))
            .toList();
    int tried = 150 * TIMES;
    int refused = 0;
    for (int seed = 0; seed < tried; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      String spoilt = spoilt(one(random, examples), random);
      Path file = Files.writeString(directory.resolve("x.yaml"), spoilt);
      String input = "seed " + seed + ": " + spoilt;
      refused += refused(input, "run", file, "--dry-run", "--runs", directory) ? 1 : 0;
    }
    report("configs, by pe run --dry-run", tried, refused);
  }

  /** With one, two or three values exchanged. */
  private static String spoilt(String config, SplittableRandom random) {
    List<String> lines =
        config.lines().filter(line -> !line.strip().startsWith("#")).collect(Collectors.toList());
    int[] values =
        IntStream.range(0, lines.size()).filter(i -> lines.get(i).matches(" +\\w+: .+")).toArray();
    for (int count = random.nextInt(1, 4); count > 0; count--) {
      int line = values[random.nextInt(values.length)];
      lines.set(line, lines.get(line).replaceFirst(": .*", ": ") + one(random, VALUES));
    }
    return String.join("\n", lines) + "\n";
  }

  @Test
  void anyBytesInTheFilesOfARun() throws IOException {
    Path runs = directory.resolve("runs");
    Path config = Files.writeString(config(), "ablation: {every: 1}\n", StandardOpenOption.APPEND);
    Pe.run("run", config, "--runs", runs, "--progress", "none");
    Path run = RunDirectory.list(runs).get(0).path();
    assertThat(refused("nothing is damaged", "eval", run)).isFalse();
    List<Path> files =
        Stream.of(
                "run.json",
                "metrics.jsonl",
                "ablation.jsonl",
                "heads.jsonl",
                "formation.jsonl",
                "evaluations.jsonl")
            .map(run::resolve)
            .toList();
    List<List<Object>> commands =
        List.of(
            List.of("report", runs, "-o", directory.resolve("page.html")),
            List.of("eval", run, "--examples", "5"),
            List.of("run", config, "--runs", runs, "--dry-run"));
    int tried = 25 * TIMES;
    int refused = 0;
    for (int seed = 0; seed < tried; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Path file = one(random, files);
      byte[] whole = Files.readAllBytes(file);
      String damaged = damaged(new String(whole, ISO_8859_1), random);
      Files.writeString(file, damaged, ISO_8859_1);
      List<Object> command = one(random, commands);
      refused +=
          refused("seed %d: %s %s".formatted(seed, command, damaged), command.toArray()) ? 1 : 0;
      Files.write(file, whole);
    }
    report("files of runs, by commands", tried, refused);
  }

  /** With another value behind a colon, or another character anywhere. */
  private static String damaged(String text, SplittableRandom random) {
    int at = random.nextInt(text.length());
    int value = text.indexOf(':', at) + 1;
    if (random.nextBoolean() || value == 0) {
      return text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
    }
    int end = Math.max(value, text.indexOf(',', value));
    String wrong =
        one(random, List.of("null", "-1", "2147483647", "1e999", "\"\"", "[]", "{}", "0"));
    return text.substring(0, value) + wrong + text.substring(end);
  }
}
