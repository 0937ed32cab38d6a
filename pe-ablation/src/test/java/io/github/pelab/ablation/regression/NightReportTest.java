package io.github.pelab.ablation.regression;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.ablation.regression.Night.Failure;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class NightReportTest {
  private static final String HOSTILE = "</failure>]]>\u0007 \"&|*--`<b>\n\ud800";
  private static final List<Measurement> WAS = Made.seeds("rope", Made.HERE, 1, 0.99);

  private static Judgement judged(String failure, boolean baseline) {
    return Gate.judge(
        GateRule.defaults(),
        Made.night(
            1, WAS, new Failure("rope-seed3", "rope", WAS.get(0).configurationHash(), failure)),
        baseline ? Optional.of(Made.baseline(WAS)) : Optional.empty(),
        List.of());
  }

  private static Judgement green() {
    return Gate.judge(
        GateRule.defaults(), Made.night(1, WAS), Optional.of(Made.baseline(WAS)), List.of());
  }

  @Test
  void junitCountsWhatItHoldsWhateverAMessageSays() throws Exception {
    Judgement judgement = judged(HOSTILE, false);
    String xml = NightReport.junit(List.of(judgement, green()));
    Element root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
            .getDocumentElement();
    assertThat(root.getTagName()).isEqualTo("testsuites");
    NodeList suites = root.getElementsByTagName("testsuite");
    assertThat(suites.getLength()).isEqualTo(2);
    List<Element> counted = new ArrayList<>(List.of(root));
    for (int i = 0; i < suites.getLength(); i++) {
      counted.add((Element) suites.item(i));
    }
    for (Element each : counted) {
      assertThat(each.getElementsByTagName("testcase").getLength())
          .isEqualTo(Integer.parseInt(each.getAttribute("tests")))
          .isPositive();
      assertThat(each.getElementsByTagName("failure").getLength())
          .isEqualTo(Integer.parseInt(each.getAttribute("failures")));
      assertThat(each.getElementsByTagName("skipped").getLength())
          .isEqualTo(Integer.parseInt(each.getAttribute("skipped")));
    }
    Element failure = (Element) root.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message")).contains("</failure>]]>", "\"&|*--`<b>");
    assertThat(((Element) failure.getParentNode()).getAttribute("name"))
        .isEqualTo("rope-seed3/self-check");
    assertThat(((Element) suites.item(1)).getAttribute("failures")).isEqualTo("0");
  }

  @Test
  void markdownSaysTheWorstVerdictAndWhatIsRed() {
    String page = NightReport.markdown(List.of(green(), judged(HOSTILE, true)));
    assertThat(page)
        .startsWith("# Nightly: REGRESSION\n")
        .contains("## made: PASS", "## made: REGRESSION", "Baseline of 2026-11-01T02:00:00Z")
        .contains("failed: \\</failure\\>")
        .doesNotContain("<b>");
    assertThat(page.lines().filter(line -> line.startsWith("- rope")))
        .allMatch(line -> line.contains("with"));
    assertThat(NightReport.markdown(List.of(green()))).doesNotContain("### Red");
  }

  @Test
  void findingsThatSayTheSameShareALine() {
    assertThat(NightReport.lines(judged("x", false), GateVerdict.NO_VERDICT))
        .anyMatch(line -> line.startsWith("rope-seed1/drift, rope-seed2/drift, with nothing: "));
  }

  @Test
  void regressionIsWorseThanNoVerdictIsWorseThanPass() {
    Judgement none =
        Gate.judge(GateRule.defaults(), Made.night(1, WAS), Optional.empty(), List.of());
    assertThat(NightReport.overall(List.of(green()))).isEqualTo(GateVerdict.PASS);
    assertThat(NightReport.overall(List.of(none, green()))).isEqualTo(GateVerdict.NO_VERDICT);
    assertThat(NightReport.overall(List.of(green(), judged("x", true), none)))
        .isEqualTo(GateVerdict.REGRESSION);
  }
}
