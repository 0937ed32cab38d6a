package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {

  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);
  private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);

  @Test
  void dataParsesBack() throws IOException {
    JsonNode data = data(ReportPage.html(ReportData.of(FixtureRuns.finished())));
    assertThat(data.at("/runs/0/results/0/test/correct").asLong()).isEqualTo(864);
    assertThat(data.at("/runs")).hasSize(3);
    assertThat(data.at("/ablations/0/heads")).hasSize(8);
    assertThat(data.at("/ablations/0/heads/7/drop").isNull()).isTrue();
    assertThat(data.at("/ablations/0/layers/0/verdict").asText()).isEqualTo("DEPOSIT");
    assertThat(data.at("/drops/0/layers/0/five")).hasSize(5);
    assertThat(data.at("/portraits/0/heads")).hasSize(8);
    assertThat(data.at("/formations/0/epochs/0/layers/0/verdict").asText())
        .isEqualTo("NOT_LEARNED");
  }

  @Test
  void outcomesOfExamplesStayInTheirFile() throws IOException {
    JsonNode data = data(ReportPage.html(ReportData.of(FixtureRuns.finished())));
    assertThat(data.at("/ablations/0/heads/0").has("correct")).isTrue();
    assertThat(data.at("/ablations/0/heads/0").has("right")).isFalse();
    assertThat(data.at("/ablations/0/layers/0").has("baselineRight")).isFalse();
    assertThat(data.at("/ablations/0/pairs")).hasSize(2).noneMatch(pair -> pair.has("right"));
    assertThat(data.at("/ablations/0/controls")).hasSize(2);
  }

  @Test
  void thePageLoadsNothing() {
    String html = ReportPage.html(ReportData.of(FixtureRuns.finished()));
    String frame = DATA.matcher(SCRIPT.matcher(html).replaceAll("")).replaceAll("");
    assertThat(frame)
        .contains("default-src 'none'")
        .doesNotContainPattern("(?i)(src|href)\\s*=")
        .doesNotContainPattern("(?i)url\\(|@import|https?:");
    assertThat(html.split("'sha256-", -1)).as("one hash for each script").hasSize(3);
  }

  @Test
  void noPlaceholderIsLeft() {
    String html = ReportPage.html(ReportData.of(FixtureRuns.finished()));
    assertThat(SCRIPT.matcher(html).replaceAll("")).doesNotContainPattern("\\{\\{\\w+}}");
  }

  @Test
  void aHostileNameStaysText() throws IOException {
    ReportRun hostile = FixtureRuns.hostile();
    String html = ReportPage.html(ReportData.of(List.of(hostile)));
    assertThat(SCRIPT.matcher(html).results()).as("scripts").hasSize(2);
    Matcher found = DATA.matcher(html);
    assertThat(found.find()).isTrue();
    assertThat(found.group(1)).isPrintable().doesNotContain("<", ">", "&", "\u2028");
    assertThat(data(html).at("/runs/0/label").asText()).isEqualTo(FixtureRuns.HOSTILE);
  }

  @Test
  void spectraOfAHostileNameStayText() throws IOException {
    List<ReportRun> hostile = List.of(FixtureRuns.watched(FixtureRuns.hostile(), 1));
    String html =
        ReportPage.html(ReportData.of(hostile, FixtureRuns.random(), FixtureRuns.kernels()));
    assertThat(SCRIPT.matcher(html).results()).as("scripts").hasSize(2);
    JsonNode spectra = data(html).get("spectra");
    assertThat(spectra.at("/distributions/0/label").asText()).isEqualTo(FixtureRuns.HOSTILE);
    assertThat(spectra.at("/runs/0/steps")).hasSize(3);
    assertThat(spectra.at("/random")).isNotEmpty();
    assertThat(spectra.at("/kernels/1/limit/0").isNull()).as("no infinity").isTrue();
    assertThat(spectra.toString()).doesNotContain("NaN", "Infinity");
  }

  @Test
  void randomHeadsAloneAreAPage() throws IOException {
    JsonNode data =
        data(
            ReportPage.html(ReportData.of(List.of(), FixtureRuns.random(), FixtureRuns.kernels())));
    assertThat(data.get("title").asText()).isEqualTo("Random heads");
    assertThat(data.get("runs")).isEmpty();
    assertThat(data.at("/spectra/kernels")).hasSize(3);
  }

  @Test
  void aHostileTitleStaysText() {
    ReportData data = ReportData.of(FixtureRuns.finished());
    ReportData hostile =
        new ReportData(
            FixtureRuns.HOSTILE,
            data.confidence(),
            data.runs(),
            data.configurations(),
            data.curves(),
            data.slices(),
            data.ablations(),
            data.drops(),
            data.verdicts(),
            data.portraits(),
            data.formations(),
            data.spectra());
    assertThat(ReportPage.html(hostile)).contains("<title>&lt;/script&gt;&lt;script&gt;");
  }

  @Test
  void writingReplacesWhole(@TempDir Path directory) throws IOException {
    Path page = Files.writeString(directory.resolve("report.html"), "old");
    ReportPage.write(ReportData.of(FixtureRuns.finished()), page);
    assertThat(page).content().startsWith("<!doctype html>").endsWith("</html>\n");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(page);
    }
  }

  @Test
  void aMissingDirectoryIsNamed(@TempDir Path directory) {
    Path page = directory.resolve("absent").resolve("report.html");
    ReportData data = ReportData.of(FixtureRuns.finished());
    assertThatThrownBy(() -> ReportPage.write(data, page))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("absent");
  }

  private static JsonNode data(String html) throws IOException {
    Matcher found = DATA.matcher(html);
    assertThat(found.find()).isTrue();
    return new ObjectMapper().readTree(found.group(1));
  }
}
