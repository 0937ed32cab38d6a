package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Training and ablating again and again in one process takes no more memory and no more open files
 * the longer it goes on. {@code -Dpe.soak} says for how many minutes.
 */
@Tag("slow")
@EnabledOnOs(OS.LINUX)
class SoakTest {
  private static final double MINUTES = Double.parseDouble(System.getProperty("pe.soak", "1"));

  private static final int LEAST_ROUNDS = 12;

  /** Growth of memory that may be chance, or in a short time what compiled code takes. */
  private static final double CHANCE = 0.03 + 0.1 / MINUTES;

  @TempDir Path directory;

  /**
   * What the process held after a run.
   *
   * @param resident kB
   */
  private record Held(long resident, long files) {}

  /** The process: a run after the other, of both attention forms, and a line after each. */
  static final class Loop {
    private static final String YAML =
        """
        schemaVersion: 1
        name: soak
        task: {name: distance, vocabulary: 16, maxGap: 8, minLength: 10, maxLength: 40}
        data: {train: 640, validation: 100, test: 100}
        model: {scheme: [rope, t5, {scheme: rope, attention: mla}], layers: 2, width: 32, heads: 4, dropout: 0.1}
        training: {epochs: 2, batch: 64, microBatch: 32}
        """;

    private Loop() {}

    public static void main(String[] args) throws IOException {
      Path directory = Path.of(args[0]);
      Path config = Files.writeString(directory.resolve("soak.yaml"), YAML);
      long end = System.nanoTime() + Duration.ofMillis(Long.parseLong(args[1])).toNanos();
      for (int round = 0; round < LEAST_ROUNDS || System.nanoTime() < end; round++) {
        Path runs = directory.resolve("runs");
        Pe pe = Pe.run("run", config, "--runs", runs, "--save-every", 0, "--progress", "none");
        if (pe.exitCode() != ExitCode.OK) {
          throw new IllegalStateException(pe.err());
        }
        remove(runs);
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"));
            Stream<String> status =
                Files.lines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
          System.out.println(
              "held "
                  + status
                      .filter(line -> line.startsWith("VmRSS"))
                      .map(line -> line.replaceAll("\\D", ""))
                      .findFirst()
                      .orElseThrow()
                  + " "
                  + open.count());
        }
      }
    }

    private static void remove(Path path) throws IOException {
      try (Stream<Path> files = Files.walk(path)) {
        files
            .sorted(Comparator.reverseOrder())
            .forEach(
                each -> {
                  try {
                    Files.delete(each);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
      }
    }
  }

  @Test
  void memoryAndOpenFilesAreFlat() throws InterruptedException {
    Duration soak = Duration.ofMillis(Math.round(MINUTES * 60_000));
    PeProcess loop =
        new PeProcess.Start()
            // glibc has up to eight arenas a core, which fill when chance will have it and keep
            // what they had.
            .by("env", "MALLOC_ARENA_MAX=2")
            .with("-Xmx512m", "-Xms512m", "-XX:+AlwaysPreTouch")
            .main(Loop.class, directory, soak.toMillis());
    assertThat(loop.end(soak.plusMinutes(5))).as(loop.output()).isZero();
    List<Held> held = new ArrayList<>();
    loop.output()
        .lines()
        .filter(line -> line.startsWith("held "))
        .map(line -> line.split(" "))
        .forEach(words -> held.add(new Held(Long.parseLong(words[1]), Long.parseLong(words[2]))));
    System.out.printf(
        "soak: %.0f minutes, %d runs trained and ablated; resident %d MB half-way, %d MB at the end; open files %d and %d%n",
        MINUTES,
        3 * held.size(),
        middle(held).resident() / 1024,
        end(held).resident() / 1024,
        middle(held).files(),
        end(held).files());
    assertThat(grows(held)).as("%s", held).isFalse();
  }

  /**
   * Medians of what was held in the second and in the last quarter: the first warms up. A leak
   * grows again and again. Arrays outside the heap go when the garbage collector comes by, so that
   * a round may need more than any before it, and keep it: the largest steps, a quarter of all, are
   * left out.
   */
  private static boolean grows(List<Held> held) {
    assertThat(held).hasSizeGreaterThanOrEqualTo(LEAST_ROUNDS);
    return end(held).resident() - largestSteps(held) > (1 + CHANCE) * middle(held).resident()
        || end(held).files() > middle(held).files();
  }

  private static long largestSteps(List<Held> held) {
    List<Long> steps =
        IntStream.range(held.size() / 4 + 1, held.size())
            .mapToObj(i -> Math.max(0, held.get(i).resident() - held.get(i - 1).resident()))
            .sorted(Comparator.reverseOrder())
            .toList();
    return steps.stream().limit(steps.size() / 4).mapToLong(Long::longValue).sum();
  }

  private static Held middle(List<Held> held) {
    return median(held.subList(held.size() / 4, held.size() / 2));
  }

  private static Held end(List<Held> held) {
    return median(held.subList(3 * held.size() / 4, held.size()));
  }

  private static Held median(List<Held> held) {
    return new Held(
        held.stream()
            .mapToLong(Held::resident)
            .sorted()
            .skip(held.size() / 2)
            .findFirst()
            .orElseThrow(),
        held.stream()
            .mapToLong(Held::files)
            .sorted()
            .skip(held.size() / 2)
            .findFirst()
            .orElseThrow());
  }

  @Test
  void aLeakIsSeenAndNoiseIsNot() {
    assertThat(grows(held(i -> 500_000 + i % 7 * 1000, i -> 90 + i % 3))).isFalse();
    assertThat(grows(held(i -> 400_000 + Math.min(i, 10) * 10_000, i -> 90))).isFalse();
    assertThat(grows(held(i -> i < 80 ? 1_800_000 : 2_400_000, i -> 90))).as("once").isFalse();
    assertThat(grows(held(i -> 1_400_000 + i / 33 * 250_000, i -> 90))).as("at times").isFalse();
    assertThat(grows(held(i -> 500_000 + i * 5000, i -> 90))).as("5 MB a round").isTrue();
    assertThat(grows(held(i -> 500_000, i -> 90 + i / 10))).as("a file now and then").isTrue();
  }

  private static List<Held> held(IntUnaryOperator resident, IntUnaryOperator files) {
    return IntStream.range(0, 100)
        .mapToObj(i -> new Held(resident.applyAsInt(i), files.applyAsInt(i)))
        .toList();
  }
}
