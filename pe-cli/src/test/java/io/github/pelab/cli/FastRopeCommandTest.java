package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FastRopeCommandTest {
  @TempDir private Path directory;

  private Pe run(Object... more) {
    Object[] words = new Object[more.length + 7];
    words[0] = "fast-rope";
    words[1] = "--progress";
    words[2] = "none";
    words[3] = "-o";
    words[4] = directory.resolve("page.html");
    words[5] = "--warm-up";
    words[6] = 0;
    System.arraycopy(more, 0, words, 7, more.length);
    return Pe.run(words);
  }

  @Test
  void printsWhatEachFormTookAndHowNearItCame() throws Exception {
    Pe pe = run("--n", "33,64", "--d", "4,8", "--degree", "2,3", "--rounds", "1", "--fourier");
    assertThat(pe.exitCode()).as(pe.err()).isZero();
    assertThat(pe.out())
        .contains("rope, every token sees every token, logits up to 1.0;")
        .containsPattern("(?m)^33 +4 +exact +[0-9.]+ ms +[0-9.e-]+ +[0-9.]+ MB$")
        .containsPattern("(?m)^33 +4 +features +2 +15 +[0-9.]+ ms +[0-9.]+× .* 8.3e-02 ")
        .containsPattern("(?m)^64 +8 +Fourier +3 +165 ")
        .containsPattern("(?m)^features, d = 8, degree 3: faster than exact from about n = ");
    String page = Files.readString(directory.resolve("page.html"));
    assertThat(page)
        .contains("it is not the right choice at any degree")
        .contains("<svg", "features, d = 8, degree 3", "cannot exceed")
        .doesNotContain("{{");
  }

  /** The error measured is below the bound printed beside it, and is not nothing. */
  @Test
  void theErrorIsWithinItsBound() {
    for (String scheme : new String[] {"rope", "rope+alibi", "nope"}) {
      Pe pe =
          run(
              "--n",
              "50",
              "--d",
              "4",
              "--degree",
              "2,4",
              "--rounds",
              "1",
              "--scheme",
              scheme,
              "--causal");
      assertThat(pe.exitCode()).as(pe.err()).isZero();
      long lines =
          pe.out()
              .lines()
              .filter(line -> line.startsWith("50 ") && !line.contains("exact"))
              .peek(
                  line -> {
                    String[] cells = line.split(" +", -1);
                    double error = Double.parseDouble(cells[cells.length - 4]);
                    double promised = Double.parseDouble(cells[cells.length - 3]);
                    assertThat(error).as(line).isBetween(1e-6, promised);
                  })
              .count();
      assertThat(lines).as(pe.out()).isEqualTo(2);
    }
  }

  /** Degrees beyond those that are always drawn, and below them none that is of use. */
  @Test
  void thePageHasWhateverWasMeasured() throws Exception {
    Pe pe = run("--n", "40", "--d", "2", "--degree", "14", "--bound", "5", "--rounds", "1");
    assertThat(pe.exitCode()).as(pe.err()).isZero();
    assertThat(Files.readString(directory.resolve("page.html")))
        .contains("cannot exceed: 14", "features, n = 40, d = 2: 14");
    pe = run("--n", "1", "--d", "2", "--rounds", "1", "--scheme", "rope(heads=4)");
    assertThat(pe.exitCode()).as(pe.err()).isZero();
  }

  @Test
  void whatTakesTooLongIsLeftOutAndSaid() throws Exception {
    Pe pe = run("--n", "64", "--rounds", "1", "--fourier", "--limit", "0.001");
    assertThat(pe.exitCode()).as(pe.err()).isZero();
    assertThat(pe.out())
        .contains("Fourier, n = 64, d = 16, degree 4: left out, it would take")
        .contains("--limit allows more")
        .containsPattern("(?m)^64 +16 +exact ");
    assertThat(Files.readString(directory.resolve("page.html"))).contains("degree 4: left out");
    pe = run("--n", "64", "--rounds", "1", "--limit", "1e-9");
    assertThat(pe.out()).contains("exact, n = 64, d = 16: left out").doesNotContain("faster than");
    pe =
        run(
            "--n",
            "64",
            "--scheme",
            "alibi",
            "--bound",
            "12",
            "--degree",
            "14",
            "--d",
            "2",
            "--limit",
            "1e-9");
    assertThat(pe.exitCode()).as(pe.err()).isZero();
  }

  @Test
  void whatCannotBeIsRefused() {
    assertRefused("--n: found 0; give 1 at least", "--n", "0");
    assertRefused("--n: found 2000000; give 1048576 at most", "--n", "2000000");
    assertRefused("--d: found 3; give an even one", "--d", "3");
    assertRefused("found 1048576 tokens of 32 numbers", "--n", "1048576", "--d", "32");
    assertRefused("variables up to degree 12", "--d", "64", "--degree", "12");
    assertRefused("bound must be above 0", "--bound", "-1");
    assertRefused("--rounds: found 0", "--rounds", "0");
    assertRefused("bound 8.0 is too large for sums", "--bound", "8", "--degree", "12", "--d", "2");
    assertRefused("learns its lag bias", "--scheme", "t5");
    assertRefused("unknown scheme 'rotary'", "--scheme", "rotary");
    assertRefused("comes within half of the exponential", "--degree", "1", "--bound", "8");
    assertRefused("no such directory", "-o", directory.resolve("none").resolve("page.html"));
  }

  private void assertRefused(String message, Object... options) {
    Object[] words = new Object[options.length + 1];
    words[0] = "fast-rope";
    System.arraycopy(options, 0, words, 1, options.length);
    Pe pe = Pe.run(words);
    assertThat(pe.err()).startsWith("pe: ").contains(message);
    assertThat(pe.err().lines()).hasSize(1);
    assertThat(pe.exitCode()).isEqualTo(ExitCode.INPUT);
  }
}
