package io.github.pelab.cli.report;

import io.github.pelab.claims.Effect;
import io.github.pelab.claims.Finding;
import io.github.pelab.claims.Ledger;
import io.github.pelab.claims.Statement;
import io.github.pelab.claims.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A claim's findings as a forest plot: for each statement the numbers of its seeds, their estimate
 * with its interval, the threshold and the side of it that was expected, and the verdict. Each
 * quantity has an axis of its own.
 *
 * <p>It is an SVG without script or style sheet, so that it stands alone and in a page; a page may
 * give each ink another colour by its class.
 */
final class ForestPlot {
  private static final String NAMED = " class=\"forest\" ";

  private static final double WIDTH = 980;
  private static final double MARGIN = 16;
  private static final double PLOT = 272;
  private static final double PLOT_END = 644;
  private static final double NUMBERS = 660;
  private static final double VERDICT = 864;

  /** Between an axis's ends and what lies there, so that marks are whole. */
  private static final double INSET = 8;

  private static final double LINE = 16;
  private static final double ROW = 48;
  private static final double HEAD = 26;
  private static final double FOOT = 34;

  private static final double TEXT = 13;
  private static final double SMALL = 11;
  private static final double MARK = 5;
  private static final double CAP = 4;
  private static final double DOT = 2.2;

  /** Dots that would lie on each other go up and down by so much. */
  private static final double[] LANES = {0, -4.4, 4.4, -8.8, 8.8, -2.2, 2.2, -6.6, 6.6};

  /** What things are drawn in; dark pages have other colours for the same classes. */
  private enum Ink {
    PAPER("#ffffff"),
    INK("#1b1f24"),
    SOFT("#59626d"),
    RULE("#d9dee4"),
    SIDE("#e6f0f7"),
    CONFIRMED("#0072b2"),
    REFUTED("#c04f00"),
    UNDECIDED("#59626d");

    private final String colour;

    Ink(String colour) {
      this.colour = colour;
    }

    static Ink of(Verdict verdict) {
      return switch (verdict) {
        case CONFIRMED -> CONFIRMED;
        case REFUTED -> REFUTED;
        case UNDECIDED -> UNDECIDED;
      };
    }

    /** As attributes of an element. */
    private String attributes() {
      return "class=\"%s\" color=\"%s\"".formatted(name().toLowerCase(Locale.ROOT), colour);
    }
  }

  private final StringBuilder svg = new StringBuilder();
  private double y = MARGIN / 2;

  private ForestPlot() {}

  /** The figure; its lines end with a line feed. */
  static String svg(Ledger.Entry entry) {
    ForestPlot plot = new ForestPlot();
    Map<Quantity, List<Finding>> panels =
        entry.findings().stream()
            .collect(
                Collectors.groupingBy(
                    finding -> Quantity.of(finding.statement()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    panels.forEach(plot::panel);
    return plot.whole(entry);
  }

  /** Whether a file's text is such a figure. */
  static boolean isOne(String text) {
    return text.contains(NAMED);
  }

  private String whole(Ledger.Entry entry) {
    return """
        <svg xmlns="http://www.w3.org/2000/svg"%srole="img" aria-label="%s" width="%s" height="%s" \
        viewBox="0 0 %3$s %4$s" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, \
        sans-serif" font-size="%s">
        <rect %s fill="currentColor" width="%3$s" height="%4$s"/>
        %s</svg>
        """
        .formatted(
            NAMED,
            Html.escape(entry.claim().sentence()),
            number(WIDTH),
            number(y),
            number(TEXT),
            Ink.PAPER.attributes(),
            svg);
  }

  /** The statements of one quantity. */
  private void panel(Quantity quantity, List<Finding> findings) {
    PlotAxis axis = PlotAxis.of(quantity, findings);
    text(Ink.SOFT, MARGIN, y + LINE, SMALL, "", "statement");
    text(Ink.SOFT, PLOT, y + LINE, SMALL, "", title(quantity));
    text(Ink.SOFT, NUMBERS, y + LINE, SMALL, "", quantity.estimates() + " [95 % interval]");
    text(Ink.SOFT, VERDICT, y + LINE, SMALL, "", "verdict");
    y += HEAD;
    double top = y;
    double bottom = top + findings.stream().mapToDouble(ForestPlot::height).sum();
    for (Finding finding : findings) {
      side(axis, quantity, finding);
      y += height(finding);
    }
    for (Map.Entry<Double, String> tick : axis.ticks()) {
      double x = x(axis, tick.getKey());
      line(Ink.RULE, 1, x, top, x, bottom + CAP);
      text(Ink.SOFT, x, bottom + LINE + 1, SMALL, "text-anchor=\"middle\"", tick.getValue());
    }
    line(Ink.RULE, 1, MARGIN, top, WIDTH - MARGIN, top);
    y = top;
    for (Finding finding : findings) {
      row(axis, quantity, finding);
      y += height(finding);
      line(Ink.RULE, 1, MARGIN, y, WIDTH - MARGIN, y);
    }
    y += FOOT;
  }

  private static String title(Quantity quantity) {
    return quantity.suffix().isEmpty()
        ? quantity.name()
        : quantity.name() + ", " + quantity.suffix();
  }

  private static double height(Finding finding) {
    return Math.max(
        ROW, LINE * (1.5 + Math.max(nameLines(finding).size() + 1, reasonLines(finding).size())));
  }

  private static List<String> nameLines(Finding finding) {
    return wrapped(finding.statement().name(), TEXT, PLOT - 2 * MARGIN);
  }

  private static List<String> reasonLines(Finding finding) {
    return finding.effect() == null
        ? wrapped(finding.reason(), TEXT, VERDICT - NUMBERS - MARGIN)
        : List.of();
  }

  /** The shaded half of a row. */
  private void side(PlotAxis axis, Quantity quantity, Finding finding) {
    double threshold = x(axis, quantity.shown(finding.statement().threshold()));
    boolean above = finding.statement().expect() == Statement.Side.ABOVE;
    add(
        "<rect %s fill=\"currentColor\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>"
            .formatted(
                Ink.SIDE.attributes(),
                number(above ? threshold : PLOT),
                number(y),
                number(above ? PLOT_END - threshold : threshold - PLOT),
                number(height(finding))));
  }

  private void row(PlotAxis axis, Quantity quantity, Finding finding) {
    double middle = y + height(finding) / 2;
    double threshold = x(axis, quantity.shown(finding.statement().threshold()));
    line(Ink.INK, 1.5, threshold, y, threshold, y + height(finding));
    List<String> name = nameLines(finding);
    double first = middle - LINE * name.size() / 2 + 3;
    for (int i = 0; i < name.size(); i++) {
      text(Ink.INK, MARGIN, first + LINE * i, TEXT, "font-weight=\"600\"", name.get(i));
    }
    text(
        Ink.SOFT,
        MARGIN,
        first + LINE * name.size(),
        SMALL,
        "",
        "expected " + ClaimText.expected(finding.statement()));
    boolean dotted = isDotted(quantity, finding);
    if (dotted) {
      dots(axis, quantity, finding, finding.effect() == null ? middle : middle + 11);
    }
    Ink ink = Ink.of(finding.verdict());
    if (finding.effect() == null) {
      List<String> reason = reasonLines(finding);
      double line = middle - LINE * (reason.size() - 1) / 2 + 4;
      for (int i = 0; i < reason.size(); i++) {
        text(Ink.SOFT, NUMBERS, line + LINE * i, TEXT, "font-style=\"italic\"", reason.get(i));
      }
    } else {
      estimate(axis, quantity, finding, dotted ? middle - 8 : middle);
      String numbers = quantity.estimate(finding.effect(), finding.statement().threshold());
      double size = width(numbers) * TEXT <= VERDICT - NUMBERS ? TEXT : SMALL;
      text(Ink.INK, NUMBERS, middle - 3, size, "", numbers);
      text(
          Ink.SOFT,
          NUMBERS,
          middle + LINE - 3,
          SMALL,
          "",
          "n = %s, q %s"
              .formatted(
                  ClaimText.n(finding),
                  ClaimText.probability(finding.q()).replaceFirst("^(?=\\d)", "= ")));
    }
    mark(ink, finding.verdict(), VERDICT + MARK, middle);
    text(
        ink,
        VERDICT + MARK + 12,
        middle + 4,
        SMALL + 1,
        "font-weight=\"700\"",
        finding.verdict().name());
  }

  /** A fraction's dots would be noughts and ones. */
  private static boolean isDotted(Quantity quantity, Finding finding) {
    return quantity.kind() != Statement.Kind.FRACTION && !finding.each().isEmpty();
  }

  /** One for each seed, beside each other where they would overlap. */
  private void dots(PlotAxis axis, Quantity quantity, Finding finding, double middle) {
    double[] ends = new double[LANES.length];
    Arrays.fill(ends, Double.NEGATIVE_INFINITY);
    add("<g %s fill=\"currentColor\" fill-opacity=\"0.5\">".formatted(Ink.SOFT.attributes()));
    List<Map.Entry<Long, Double>> byNumber = new ArrayList<>(finding.each().entrySet());
    byNumber.sort(Map.Entry.comparingByValue());
    for (Map.Entry<Long, Double> seed : byNumber) {
      double x = x(axis, quantity.shown(seed.getValue()));
      int lane = 0;
      for (int i = LANES.length - 1; i >= 0; i--) {
        lane = ends[i] + 2 * DOT <= x || ends[i] < ends[lane] ? i : lane;
      }
      ends[lane] = x;
      add(
          "<circle cx=\"%s\" cy=\"%s\" r=\"%s\"><title>seed %d: %s</title></circle>"
              .formatted(
                  number(x),
                  number(middle + LANES[lane]),
                  number(DOT),
                  seed.getKey(),
                  Html.escape(quantity.one(seed.getValue()))));
    }
    add("</g>");
  }

  private void estimate(PlotAxis axis, Quantity quantity, Finding finding, double middle) {
    Effect effect = finding.effect();
    Ink ink = Ink.of(finding.verdict());
    double lower = x(axis, quantity.shown(effect.interval().lower()));
    double upper = x(axis, quantity.shown(effect.interval().upper()));
    line(ink, 2, lower, middle, upper, middle);
    line(ink, 2, lower, middle - CAP, lower, middle + CAP);
    line(ink, 2, upper, middle - CAP, upper, middle + CAP);
    mark(ink, finding.verdict(), x(axis, quantity.shown(effect.estimate())), middle);
  }

  /** A verdict's form: a disc, a diamond, a ring. */
  private void mark(Ink ink, Verdict verdict, double x, double middle) {
    switch (verdict) {
      case CONFIRMED ->
          add(
              "<circle %s fill=\"currentColor\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>"
                  .formatted(ink.attributes(), number(x), number(middle), number(MARK)));
      case REFUTED -> {
        double r = MARK * 1.3;
        add(
            "<path %s fill=\"currentColor\" d=\"M%s,%s l%4$s,%4$s l-%4$s,%4$s l-%4$s,-%4$s z\"/>"
                .formatted(ink.attributes(), number(x), number(middle - r), number(r)));
      }
      case UNDECIDED ->
          add(
              ("<g %s><circle fill=\"currentColor\" cx=\"%s\" cy=\"%s\" r=\"%s\"/><circle %s"
                      + " fill=\"currentColor\" cx=\"%2$s\" cy=\"%3$s\" r=\"%6$s\"/></g>")
                  .formatted(
                      ink.attributes(),
                      number(x),
                      number(middle),
                      number(MARK),
                      Ink.PAPER.attributes(),
                      number(MARK - 2)));
    }
  }

  private static double x(PlotAxis axis, double shown) {
    return PLOT + INSET + (PLOT_END - PLOT - 2 * INSET) * axis.at(shown);
  }

  private void line(Ink ink, double width, double x1, double y1, double x2, double y2) {
    add(
        "<line %s stroke=\"currentColor\" stroke-width=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
            .formatted(
                ink.attributes(), number(width), number(x1), number(y1), number(x2), number(y2)));
  }

  private void text(
      Ink ink, double x, double baseline, double size, String attributes, String text) {
    add(
        "<text %s fill=\"currentColor\" x=\"%s\" y=\"%s\" font-size=\"%s\"%s>%s</text>"
            .formatted(
                ink.attributes(),
                number(x),
                number(baseline),
                number(size),
                attributes.isEmpty() ? "" : " " + attributes,
                Html.escape(text)));
  }

  private void add(String element) {
    svg.append(element).append('\n');
  }

  /** A tenth of a pixel is enough. */
  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
  }

  /** Lines that are no wider; a word that is too long is broken. */
  private static List<String> wrapped(String text, double size, double width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.strip().split("\\s+", -1)) {
      String rest = word;
      if (!line.isEmpty() && width(line + " " + rest) * size > width) {
        lines.add(line);
        line = "";
      }
      while (width(rest) * size > width) {
        int end = 1;
        while (width(rest.substring(0, end + 1)) * size <= width) {
          end++;
        }
        lines.add(rest.substring(0, end));
        rest = rest.substring(end);
      }
      line = line.isEmpty() ? rest : line + " " + rest;
    }
    lines.add(line);
    return lines;
  }

  /** Of text in bold type of size 1: no less than any of the figure's fonts takes. */
  private static double width(String text) {
    return text.codePoints().mapToDouble(ForestPlot::width).sum();
  }

  private static double width(int character) {
    if ("ijl.,:;'|!()[] ".indexOf(character) >= 0) {
      return 0.34;
    }
    if ("frt-/\"".indexOf(character) >= 0) {
      return 0.44;
    }
    if (character > 0x2E7F || "mwMW@%—…".indexOf(character) >= 0) {
      return 1;
    }
    return Character.isUpperCase(character) ? 0.75 : 0.63;
  }
}
