package io.github.pelab.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.claims.Finding;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Statement.Kind;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ForestPlotTest {
  private final Ledger.Entry entry = MadeLedger.entry();

  private static Element parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)))
        .getDocumentElement();
  }

  private static List<Element> all(Element svg, String tag) {
    NodeList found = svg.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  private static List<String> texts(Element svg) {
    return all(svg, "text").stream().map(Element::getTextContent).toList();
  }

  @Test
  void itIsXmlInWhichWordsAreWords() throws Exception {
    String svg = ForestPlot.svg(entry);
    assertThat(svg).doesNotContain("<script", "\u0007", "NaN");
    Element root = parsed(svg);
    assertThat(root.getTagName()).isEqualTo("svg");
    assertThat(root.getAttribute("aria-label"))
        .isEqualTo(MadeLedger.HOSTILE.replace('\u0007', '?'));
    assertThat(texts(root)).contains("silent <&>");
  }

  @Test
  void everySeedOfAMeanOrADifferenceIsADot() throws Exception {
    List<String> dots =
        all(parsed(ForestPlot.svg(entry)), "circle").stream()
            .map(Element::getTextContent)
            .filter(text -> text.startsWith("seed "))
            .toList();
    int expected =
        entry.findings().stream()
            .filter(finding -> finding.statement().kind() != Kind.FRACTION)
            .mapToInt(finding -> finding.each().size())
            .sum();
    assertThat(expected).as("three differences and a mean, of twelve seeds").isEqualTo(4 * 12);
    assertThat(dots).hasSize(expected).contains("seed 6: +25.0 points", "seed 6: 60.0 %");
  }

  @Test
  void verdictsAreWordsBesideTheirNumbers() throws Exception {
    List<String> texts = texts(parsed(ForestPlot.svg(entry)));
    for (Finding finding : entry.findings()) {
      assertThat(texts).contains(finding.verdict().name());
    }
    assertThat(texts)
        .filteredOn(List.of("CONFIRMED", "REFUTED", "UNDECIDED")::contains)
        .hasSameSizeAs(entry.findings());
    assertThat(texts)
        .contains("n = 11 of 12, q = 0.010", "92 [65, 99]", "−4,000 [−4,000, −4,000]")
        .contains("expected above 2 points", "expected below −2,000 examples");
  }

  @Test
  void whatIsNotSaidOfAnyRunIsShownWithTheReason() throws Exception {
    Finding silent = entry.findings().get(6);
    assertThat(silent.effect()).isNull();
    assertThat(String.join(" ", texts(parsed(ForestPlot.svg(entry)))))
        .contains("0 runs that say something, of 5");
    Ledger.Entry notRun = MadeLedger.ledger().entries().get(1);
    assertThat(texts(parsed(ForestPlot.svg(notRun))))
        .filteredOn("UNDECIDED"::equals)
        .hasSameSizeAs(notRun.findings());
  }

  @Test
  void eachQuantityHasAnAxis() throws Exception {
    assertThat(texts(parsed(ForestPlot.svg(entry))))
        .containsSubsequence(
            "difference in accuracy, points",
            "accuracy, %",
            "fraction of runs, %",
            "Spearman’s ρ",
            "difference in examples-to, examples",
            "top-drop, %");
  }

  @Test
  void nothingLiesOutside() throws Exception {
    Element svg = parsed(ForestPlot.svg(entry));
    double width = Double.parseDouble(svg.getAttribute("width"));
    double height = Double.parseDouble(svg.getAttribute("height"));
    for (Element each : all(svg, "circle")) {
      assertThat(Double.parseDouble(each.getAttribute("cx"))).isBetween(5.0, width - 5);
      assertThat(Double.parseDouble(each.getAttribute("cy"))).isBetween(5.0, height - 5);
    }
    for (Element each : all(svg, "text")) {
      assertThat(Double.parseDouble(each.getAttribute("y"))).isBetween(5.0, height - 5);
    }
    assertThat(texts(svg))
        .as("lines of a name of sixty letters")
        .noneMatch(MadeLedger.LONG::equals)
        .contains("ALIBI WITH A NAME WHICH IS");
  }

  @Test
  void itIsTheSameEachTimeAndEverywhere() {
    String svg = ForestPlot.svg(entry);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(ForestPlot.svg(MadeLedger.entry())).isEqualTo(svg);
    } finally {
      Locale.setDefault(before);
    }
  }
}
