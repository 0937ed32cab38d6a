package io.github.pelab.train.run;

import static io.github.pelab.train.run.RunDirectoryTest.FIRST;
import static io.github.pelab.train.run.RunDirectoryTest.SECOND;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to the files of a run: their rows are read, or one line names the file and the
 * line. The damages are the same each time; {@code -Dpe.fuzz=N} tries N times as many.
 */
class RowsFuzzTest {
  private static final int INPUTS = 1500 * Integer.getInteger("pe.fuzz", 1);
  private static final int LINE_FEED = '\n';
  private static final String LIKELY = "\"{}[],:.-e0\\\n\r ";

  @TempDir Path runs;
  private RunDirectory run;
  private Path metrics;
  private Path record;

  @BeforeEach
  void threeRows() {
    run = RunDirectory.create(runs, "quickstart", "rope");
    metrics = run.path().resolve(RunDirectory.METRICS);
    record = run.path().resolve("run.json");
    run.write(RunDirectoryTest.record());
    run.replace(RunDirectory.METRICS, List.of(FIRST, SECOND, FIRST));
  }

  private List<MetricsRow> rows() {
    return run.rows(RunDirectory.METRICS, MetricsRow.class);
  }

  @Test
  void whateverIsBehindTheLastLineFeedIsSkippedAndThenRemoved() throws IOException {
    byte[] whole = Files.readAllBytes(metrics);
    for (int length = 0; length <= whole.length; length++) {
      byte[] left = Arrays.copyOf(whole, length);
      Files.write(metrics, left);
      assertSkippedAndRemoved(rowsIn(left), "cut at " + length);
    }
    for (int seed = 0; seed < INPUTS / 10; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] torn = new byte[random.nextInt(1, 20_000)];
      random.nextBytes(torn);
      Files.write(metrics, whole);
      Files.writeString(
          metrics,
          new String(torn, ISO_8859_1).replace("\n", ""),
          ISO_8859_1,
          StandardOpenOption.APPEND);
      assertSkippedAndRemoved(3, "seed " + seed);
    }
  }

  private static int rowsIn(byte[] lines) {
    return (int) IntStream.range(0, lines.length).filter(i -> lines[i] == LINE_FEED).count();
  }

  private void assertSkippedAndRemoved(int count, String damage) {
    List<MetricsRow> rows = new ArrayList<>(List.of(FIRST, SECOND, FIRST).subList(0, count));
    assertThat(rows()).as(damage).isEqualTo(rows);
    run.append(RunDirectory.METRICS, SECOND);
    rows.add(SECOND);
    assertThat(rows()).as(damage).isEqualTo(rows);
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(metrics);
    int begin = new String(whole, ISO_8859_1).indexOf('\n') + 1;
    int end = new String(whole, ISO_8859_1).indexOf('\n', begin);
    int refused = 0;
    for (int seed = 0; seed < INPUTS; seed++) {
      byte[] damaged = damaged(whole, begin, end, new SplittableRandom(seed));
      Files.write(metrics, damaged);
      String input = "seed %d: %s".formatted(seed, new String(damaged, ISO_8859_1));
      refused += refused(this::rows, metrics + ": line " + firstBad(whole, damaged), input);
    }
    report("damaged lines", refused);
  }

  @Test
  void aDamagedRecordIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(record);
    int refused = 0;
    for (int seed = 0; seed < INPUTS; seed++) {
      byte[] damaged = damaged(whole, 0, whole.length, new SplittableRandom(seed));
      Files.write(record, damaged);
      String input = "seed %d: %s".formatted(seed, new String(damaged, ISO_8859_1));
      refused += refused(run::read, record.toString(), input);
    }
    report("damaged records", refused);
  }

  /** A digit that became another one is a number still: not all damage can be noticed. */
  private static void report(String what, int refused) {
    System.out.printf("%s: tried %d, refused %d%n", what, INPUTS, refused);
    assertThat(refused).isBetween(INPUTS / 4, INPUTS - 1);
  }

  /** Bits are flipped, or bytes overwritten, inserted or lost, from {@code begin} up to an end. */
  private static byte[] damaged(byte[] whole, int begin, int end, SplittableRandom random) {
    StringBuilder text = new StringBuilder(new String(whole, ISO_8859_1));
    int at = random.nextInt(begin, end);
    char any = (char) random.nextInt(256);
    char likely = LIKELY.charAt(random.nextInt(LIKELY.length()));
    switch (random.nextInt(6)) {
      case 0 -> text.setCharAt(at, (char) (text.charAt(at) ^ (1 << random.nextInt(8))));
      case 1 -> text.setCharAt(at, any);
      case 2 -> text.setCharAt(at, likely);
      case 3 -> text.insert(at, likely);
      case 4 -> text.delete(at, random.nextInt(at, end) + 1);
      default -> {
        int value = text.indexOf(":", at) + 1;
        String wrong =
            List.of(
                    "null,",
                    "[],",
                    "{},",
                    "-1,",
                    "1e999,",
                    "9".repeat(2000) + ",",
                    "\"x\",",
                    "1.5,")
                .get(random.nextInt(8));
        text.replace(value, Math.max(value, text.indexOf(",", value) + 1), wrong);
      }
    }
    return text.toString().getBytes(ISO_8859_1);
  }

  private static int firstBad(byte[] whole, byte[] damaged) {
    String[] before = new String(whole, ISO_8859_1).split("\n", -1);
    String[] after = new String(damaged, ISO_8859_1).split("\n", -1);
    int line = 0;
    while (line < before.length - 1 && before[line].equals(after[line])) {
      line++;
    }
    return line + 1;
  }

  private static int refused(Supplier<?> reading, String where, String input) {
    try {
      assertThat(reading.get()).as(input).isNotNull();
      return 0;
    } catch (RuntimeException e) {
      assertThat(e).as(input).isInstanceOf(RunException.class);
      assertThat(e.getMessage())
          .as(input)
          .startsWith(where + ":")
          .doesNotContain("Exception", "java.", "pelab.", "jackson")
          .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Cs}]")
          .hasSizeLessThan(where.length() + 400);
      return 1;
    }
  }
}
