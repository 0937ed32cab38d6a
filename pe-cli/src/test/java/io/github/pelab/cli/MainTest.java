package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {

  private static final String RUN =
      """
      {"schemaVersion":2,"name":"quickstart","label":"rope","axes":{"model.scheme":"rope"},
       "config":{"name":"quickstart"},"configHash":"ab","parameters":10,"classes":12,"chance":0.08,
       "ceilings":[{"from":"whole sequence","accuracy":1.0,"how":"closed form"}],
       "provenance":{"started":"a","finished":"b","resumed":[],"gitCommit":"c","peVersion":"d","dl4jVersion":"e",
        "jvm":"f","jvmFlags":[],"os":"g","cpu":"h","cores":2,"gpu":"none","backend":"i","blas":"j",
        "blasThreads":2,"kernel":"k","seed":7,"fingerprint":"l"},"status":"finished"}
      """;
  private static final String METRICS =
      """
      {"kind":"epoch","epoch":1,"step":10,"learningRate":0.1,"gradientNorm":0.5,"trainLoss":"NaN","validationLoss":"NaN","validationAccuracy":"NaN","seconds":1.5,"run":{"configHash":"ab"}}
      {"kind":"evaluation","split":"test","checkpoint":"best","step":10,"epoch":1,"correct":3,"total":4,"loss":"NaN","slices":[],"run":{"configHash":"ab"}}
      """;

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeRun() throws IOException {
    Path run = Files.createDirectory(directory.resolve("rope"));
    Files.writeString(run.resolve("run.json"), RUN);
    Files.writeString(run.resolve("metrics.jsonl"), METRICS);
  }

  private int pe(Object... args) {
    CommandLine line = Main.commandLine(new Interruption()).addSubcommand(new FailingCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    return Main.execute(line, words);
  }

  /** In one write, so that nothing comes between its parts, nor after half of them. */
  @Test
  void aThreadThatEndsIsToldInOnePiece() {
    List<String> pieces = new ArrayList<>();
    OutputStream stream =
        new OutputStream() {
          @Override
          public void write(int octet) {
            pieces.add(Character.toString(octet));
          }

          @Override
          public void write(byte[] octets, int from, int length) {
            pieces.add(new String(octets, from, length, StandardCharsets.UTF_8));
          }
        };
    PrintStream before = System.err;
    System.setErr(new PrintStream(stream, true, StandardCharsets.UTF_8));
    try {
      Main.threadEnded(new Thread("worker-1"), new OutOfMemoryError("Java heap space"));
    } finally {
      System.setErr(before);
    }
    assertThat(pieces)
        .singleElement()
        .asString()
        .startsWith("thread worker-1 has ended: java.lang.OutOfMemoryError: Java heap space")
        .endsWith("\n");
  }

  @Test
  void reportsOnARun() {
    assertThat(pe("report", directory.resolve("rope"))).isEqualTo(ExitCode.OK);
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .contains("75.0 %", "report: " + directory.resolve("rope/report.html"));
    assertThat(directory.resolve("rope/report.html")).isRegularFile();
  }

  @Test
  void aDamagedRunDoesNotHideTheOthers() throws IOException {
    Path second = Files.createDirectory(directory.resolve("second"));
    Files.writeString(second.resolve("run.json"), RUN);
    Files.writeString(second.resolve("metrics.jsonl"), "nonsense\n" + METRICS);
    assertThat(pe("report", directory)).isEqualTo(ExitCode.RUN);
    assertThat(out.toString()).contains("75.0 %", "report: ").doesNotContain("copy");
    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("pe: "))
        .first()
        .asString()
        .contains("second", "metrics.jsonl: line 1: ");
    assertThat(err.toString()).contains("1 of 2 runs cannot be read and are left out");
  }

  @Test
  void reportsOnADirectoryOfRuns() throws IOException {
    Path second = Files.createDirectory(directory.resolve("second"));
    Files.copy(
        directory.resolve("rope/run.json"),
        second.resolve("run.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Path page = directory.resolve("both.html");
    assertThat(pe("report", directory, "--output", page)).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("rope · copy 2");
    assertThat(page).isRegularFile();
  }

  @Test
  void notANumberIsNotZero() throws IOException {
    pe("report", directory.resolve("rope"));
    assertThat(Files.readString(directory.resolve("rope/report.html"), StandardCharsets.UTF_8))
        .contains("\"curves\":[]");
  }

  @Test
  void aDirectoryWithoutRunIsInput() {
    assertThat(pe("report", directory.resolve("absent"))).isEqualTo(ExitCode.INPUT);
    assertOneLine(directory.resolve("absent") + ": no such directory; check the path");
  }

  @Test
  void aBrokenRowIsNamed() throws IOException {
    Files.writeString(directory.resolve("rope/metrics.jsonl"), METRICS + "{\"kind\":\"epo\n");
    assertThat(pe("report", directory.resolve("rope"))).isEqualTo(ExitCode.RUN);
    assertOneLine("metrics.jsonl: line 3: ");
  }

  @Test
  void aMissingFieldIsNamed() throws IOException {
    Files.writeString(directory.resolve("rope/run.json"), RUN.replace("\"label\":\"rope\",", ""));
    assertThat(pe("report", directory.resolve("rope"))).isEqualTo(ExitCode.RUN);
    assertOneLine("'label'");
  }

  @Test
  void usage() {
    assertThat(pe()).isEqualTo(ExitCode.USAGE);
    assertThat(pe("repot")).isEqualTo(ExitCode.USAGE);
    assertThat(pe("report")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString().lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("a command is missing", "report"),
            second -> assertThat(second).contains("repot", "(see pe --help)"),
            third -> assertThat(third).contains("RUN", "(see pe report --help)"));
  }

  /** Names are those of configs: a run that is not there is all that is wrong. */
  @ParameterizedTest
  @CsvSource({
    "--mode, as-released",
    "--mode, Resample",
    "--part, output",
    "--part, lag-bias",
    "--part, rotation"
  })
  void whatIsAblatedIsNamedAsInConfigs(String option, String name) {
    assertThat(pe("ablate", directory.resolve("absent"), option, name)).isEqualTo(ExitCode.INPUT);
    assertThat(pe("ablate", directory.resolve("absent"), option, "lag_bias"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("expected one of [").contains(" but was 'lag_bias'");
  }

  @Test
  void helpAndVersionSucceed() {
    assertThat(pe("--help")).isEqualTo(ExitCode.OK);
    assertThat(pe("report", "--help")).isEqualTo(ExitCode.OK);
    assertThat(pe("--version")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("Exit codes:", "PE Lab");
  }

  @Test
  void anErrorIsOneLineAndAnInternalOneSaysSo() {
    assertThat(pe("fail")).isEqualTo(ExitCode.INTERNAL);
    assertOneLine("internal error, java.lang.StackOverflowError");
  }

  @Test
  void debugShowsWhere() {
    assertThat(pe("--debug", "fail")).isEqualTo(ExitCode.INTERNAL);
    assertThat(pe("fail", "--debug")).isEqualTo(ExitCode.INTERNAL);
    assertThat(err.toString().split("at io.github.pelab.cli.MainTest", -1)).hasSizeGreaterThan(2);
  }

  private void assertOneLine(String part) {
    assertThat(err.toString().lines())
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("pe: ").contains(part));
  }

  @Command(name = "fail")
  private static final class FailingCommand implements Runnable {

    @Override
    public void run() {
      throw new StackOverflowError();
    }
  }
}
