package io.github.pelab.ablation.regression;

import io.github.pelab.ablation.regression.Finding.Kind;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Nights in words: as Markdown for people, and as JUnit's XML for machines, in which a finding is a
 * test case, a REGRESSION a failure, and NO VERDICT a test that was skipped.
 */
public final class NightReport {
  private static final int MOST_NAMED = 3;

  private NightReport() {}

  /** The worst of several nights: REGRESSION, then NO VERDICT, then PASS. */
  public static GateVerdict overall(List<Judgement> nights) {
    return nights.stream()
        .map(each -> each.night().verdict())
        .max(
            Comparator.comparing(
                verdict ->
                    List.of(GateVerdict.PASS, GateVerdict.NO_VERDICT, GateVerdict.REGRESSION)
                        .indexOf(verdict)))
        .orElseThrow();
  }

  /** A page on nights of several configs. */
  public static String markdown(List<Judgement> nights) {
    StringBuilder page = new StringBuilder();
    page.append("# Nightly: ").append(overall(nights).text()).append("\n");
    for (Judgement each : nights) {
      Night night = each.night();
      page.append("\n## ").append(cell(night.name())).append(": ");
      page.append(night.verdict().text()).append("\n\n");
      page.append("- Night of ").append(night.time()).append(origin(night.origin())).append("\n");
      page.append("- ").append(baseline(each)).append("\n\n");
      page.append("| looked at | PASS | REGRESSION | NO VERDICT |\n|---|---:|---:|---:|\n");
      for (Map.Entry<Kind, Map<GateVerdict, Long>> kind : counts(each).entrySet()) {
        page.append("| ").append(kind.getKey().text());
        for (GateVerdict verdict : GateVerdict.values()) {
          page.append(" | ").append(kind.getValue().getOrDefault(verdict, 0L));
        }
        page.append(" |\n");
      }
      append(page, each, GateVerdict.REGRESSION, "Red");
      append(page, each, GateVerdict.NO_VERDICT, "Without verdict");
      page.append("\n### Over the seeds\n\n| configuration | looked at | numbers | verdict |\n");
      page.append("|---|---|---|---|\n");
      for (Finding finding : each.findings()) {
        if (finding.member().isEmpty() && finding.kind() != Kind.MEMBERS) {
          page.append(
              "| %s | %s | %s | %s: %s |\n"
                  .formatted(
                      cell(finding.configuration()),
                      finding.kind().text(),
                      cell(finding.numbers()),
                      finding.verdict().text(),
                      cell(finding.reason())));
        }
      }
    }
    return page.toString();
  }

  /** What is not a pass, a line each; findings that say the same share one. */
  public static List<String> lines(Judgement night, GateVerdict verdict) {
    Map<List<String>, List<Finding>> same =
        night.findings().stream()
            .filter(each -> each.verdict() == verdict)
            .collect(
                Collectors.groupingBy(
                    each -> List.of(each.compared(), each.numbers(), each.reason()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<String> lines = new ArrayList<>();
    for (List<Finding> group : same.values()) {
      Finding first = group.get(0);
      String named =
          group.stream().limit(MOST_NAMED).map(Finding::id).collect(Collectors.joining(", "));
      String more =
          group.size() > MOST_NAMED ? " and " + (group.size() - MOST_NAMED) + " more" : "";
      String numbers = first.numbers().isEmpty() ? "" : first.numbers() + ": ";
      lines.add(
          "%s%s, with %s: %s%s".formatted(named, more, first.compared(), numbers, first.reason()));
    }
    return lines;
  }

  private static void append(
      StringBuilder page, Judgement night, GateVerdict verdict, String heading) {
    List<String> lines = lines(night, verdict);
    if (!lines.isEmpty()) {
      page.append("\n### ").append(heading).append("\n\n");
      lines.forEach(line -> page.append("- ").append(cell(line)).append("\n"));
    }
  }

  /** By what was looked at, in its order. */
  public static Map<Kind, Map<GateVerdict, Long>> counts(Judgement night) {
    Map<Kind, Map<GateVerdict, Long>> counts = new TreeMap<>();
    for (Finding each : night.findings()) {
      counts
          .computeIfAbsent(each.kind(), kind -> new TreeMap<>())
          .merge(each.verdict(), 1L, Long::sum);
    }
    return counts;
  }

  /** What a night was compared with. */
  public static String baseline(Judgement night) {
    return night
        .baseline()
        .map(
            each ->
                "Baseline of "
                    + each.night()
                    + origin(each.origin())
                    + ", accepted "
                    + each.accepted())
        .orElse("No baseline");
  }

  private static String origin(Origin origin) {
    return origin == null
        ? ""
        : ", commit %s, %s, %s, %s"
            .formatted(
                origin.gitCommit(), cell(origin.cpu()), cell(origin.jvm()), cell(origin.kernel()));
  }

  /** Text that is Markdown's own signs is shown as it is, and in one line. */
  private static String cell(String text) {
    return text.replaceAll("[\\p{C}\\p{Z}]+", " ").replaceAll("([\\\\|<>`*_\\[\\]#])", "\\\\$1");
  }

  /** The same as a report of JUnit's. */
  public static String junit(List<Judgement> nights) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuites");
      counts(xml, nights.stream().flatMap(each -> each.findings().stream()).toList());
      for (Judgement each : nights) {
        suite(xml, each);
      }
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a text can always be written", e);
    }
    return text + "\n";
  }

  private static void suite(XMLStreamWriter xml, Judgement night) throws XMLStreamException {
    xml.writeCharacters("\n  ");
    xml.writeStartElement("testsuite");
    attribute(xml, "name", "nightly." + night.night().name());
    attribute(xml, "timestamp", night.night().time());
    counts(xml, night.findings());
    xml.writeCharacters("\n    ");
    xml.writeStartElement("properties");
    property(xml, "verdict", night.night().verdict().text());
    property(xml, "baseline", baseline(night));
    xml.writeEndElement();
    for (Finding finding : night.findings()) {
      xml.writeCharacters("\n    ");
      xml.writeStartElement("testcase");
      attribute(xml, "classname", "nightly." + night.night().name() + "." + finding.kind().key());
      attribute(xml, "name", finding.id());
      attribute(xml, "time", "0");
      switch (finding.verdict()) {
        case PASS ->
            xml.writeComment(" " + xmlText(said(finding)).replaceAll("-(?=-)", "- ") + " ");
        case REGRESSION -> {
          xml.writeStartElement("failure");
          attribute(xml, "type", GateVerdict.REGRESSION.text());
          attribute(xml, "message", said(finding));
          xml.writeEndElement();
        }
        case NO_VERDICT -> {
          xml.writeStartElement("skipped");
          attribute(xml, "message", said(finding));
          xml.writeEndElement();
        }
      }
      xml.writeEndElement();
    }
    xml.writeCharacters("\n  ");
    xml.writeEndElement();
  }

  private static String said(Finding finding) {
    return "with %s: %s: %s".formatted(finding.compared(), finding.numbers(), finding.reason());
  }

  private static void counts(XMLStreamWriter xml, List<Finding> findings)
      throws XMLStreamException {
    attribute(xml, "tests", String.valueOf(findings.size()));
    attribute(xml, "failures", count(findings, GateVerdict.REGRESSION));
    attribute(xml, "errors", "0");
    attribute(xml, "skipped", count(findings, GateVerdict.NO_VERDICT));
    attribute(xml, "time", "0");
  }

  private static String count(List<Finding> findings, GateVerdict verdict) {
    return String.valueOf(findings.stream().filter(each -> each.verdict() == verdict).count());
  }

  private static void property(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeStartElement("property");
    attribute(xml, "name", name);
    attribute(xml, "value", value);
    xml.writeEndElement();
  }

  private static void attribute(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeAttribute(name, xmlText(value));
  }

  /** Without the characters that XML has no way to write. */
  private static String xmlText(String text) {
    return text.replaceAll("[\\p{C}\\p{Z}]+", " ");
  }
}
