package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page as a reader would, with no network. */
@Tag("slow")
class ReportInBrowserTest {

  @TempDir private Path directory;

  @Test
  void everyChartDraws() throws Exception {
    List<ReportRun> runs = new ArrayList<>(FixtureRuns.finished());
    runs.add(FixtureRuns.begun());
    String dom = open(runs);
    // Ceilings, validation, gap, length, two heat maps, one panel of drops.
    assertThat(dom).contains("data-figures=\"7\"").doesNotContain("data-error=");
    assertThat(Pattern.compile("data-drawn=\"true\"").matcher(dom).results()).hasSize(7);
    assertThat(dom).contains("No test accuracy yet for alibi", "Not ablated yet: nope, alibi");
  }

  @Test
  void aRunThatHasJustBegunIsSaidToHave() throws Exception {
    String dom = open(List.of(FixtureRuns.begun()));
    assertThat(dom)
        .doesNotContain("data-error=")
        .contains("No epoch has ended yet in alibi", "Nothing to show yet", "Not ablated yet");
  }

  @Test
  void aHostileNameIsShownAndDoesNothing() throws Exception {
    String dom = open(List.of(FixtureRuns.hostile()));
    assertThat(dom)
        .doesNotContain("data-error=", "<title>broken", "<img")
        .contains("&lt;/script&gt;&lt;script&gt;document.title='broken'");
  }

  private String open(List<ReportRun> runs) throws IOException, InterruptedException {
    Path page = directory.resolve("report.html");
    ReportPage.write(ReportData.of(runs), page);
    Path dom = directory.resolve("dom.html");
    Process browser =
        new ProcessBuilder(
                browser(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + directory.resolve("profile"),
                "--virtual-time-budget=5000",
                "--dump-dom",
                page.toUri().toString())
            .redirectOutput(dom.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(browser.waitFor(60, TimeUnit.SECONDS)).as("browser ended in time").isTrue();
      assertThat(browser.exitValue()).isZero();
    } finally {
      browser.destroyForcibly();
    }
    // What the page's own scripts say is not what the page shows.
    return Files.readString(dom).replaceAll("(?s)<script.*?</script>", "");
  }

  private static String browser() {
    return Stream.of("chromium", "google-chrome")
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElseGet(() -> Assumptions.abort("neither chromium nor google-chrome is on the PATH"));
  }
}
