package io.github.pelab.cli.report;

import java.util.List;
import java.util.Locale;

/**
 * Curves over two logarithmic axes, as an SVG without script or style sheet; a page may give each
 * ink another colour by its class.
 */
final class LogPlot {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 420;
  private static final double LEFT = 76;
  private static final double RIGHT = 190;
  private static final double TOP = 24;
  private static final double BOTTOM = 52;

  /** Okabe and Ito's, which differ for every eye, and dashes besides. */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00");

  private static final List<String> DASHES = List.of("", "6 3", "2 3", "8 3 2 3");

  private static final double LEAST_BETWEEN_NAMES = 15;
  private static final double LEAST = 1e-17;

  /** A curve; its points lie by x. */
  record Curve(String name, List<Point> points) {}

  /** x above 0, y not below. */
  record Point(double x, double y) {}

  private final StringBuilder svg = new StringBuilder();
  private final double lowX;
  private final double highX;
  private final double lowY;
  private final double highY;

  private LogPlot(List<Curve> curves) {
    List<Point> points =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .map(point -> new Point(point.x(), height(point)))
            .toList();
    lowX = Math.log10(points.stream().mapToDouble(Point::x).min().orElse(1));
    highX =
        Math.max(lowX + 0.1, Math.log10(points.stream().mapToDouble(Point::x).max().orElse(10)));
    lowY = Math.floor(Math.log10(points.stream().mapToDouble(Point::y).min().orElse(1)));
    highY =
        Math.max(
            lowY + 1,
            Math.ceil(Math.log10(points.stream().mapToDouble(Point::y).max().orElse(10))));
  }

  /**
   * The figure.
   *
   * @param xs where the axis of x is marked
   */
  static String svg(String title, String x, String y, List<Double> xs, List<Curve> curves) {
    LogPlot plot = new LogPlot(curves);
    plot.axes(x, y, xs);
    double free = Double.NEGATIVE_INFINITY;
    List<Curve> fromTop =
        curves.stream()
            .filter(curve -> !curve.points().isEmpty())
            .sorted((one, other) -> Double.compare(last(other).y(), last(one).y()))
            .toList();
    for (Curve curve : fromTop) {
      free = plot.curve(curve, curves.indexOf(curve), free);
    }
    return """
        <svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" aria-label="%1$s" width="%2$s" height="%3$s" \
        viewBox="0 0 %2$s %3$s" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif" font-size="12">
        %4$s</svg>
        """
        .formatted(Html.escape(title), number(WIDTH), number(HEIGHT), plot.svg);
  }

  /** Nothing is drawn below what rounding leaves. */
  private static double height(Point point) {
    return Math.max(LEAST, point.y());
  }

  private static Point last(Curve curve) {
    return curve.points().get(curve.points().size() - 1);
  }

  private void axes(String x, String y, List<Double> xs) {
    for (double at : xs) {
      line(x(at), TOP, x(at), HEIGHT - BOTTOM);
      text(x(at), HEIGHT - BOTTOM + 18, "middle", whole(at));
    }
    for (int power = (int) lowY; power <= (int) highY; power++) {
      double at = y(Math.pow(10, power));
      line(LEFT, at, WIDTH - RIGHT, at);
      text(LEFT - 8, at + 4, "end", "1e" + power);
    }
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "middle", x);
    text(LEFT - 60, TOP - 10, "start", y);
  }

  /**
   * Draws it, its name at its end, but no higher than {@code free}; returns where there is room.
   */
  private double curve(Curve curve, int index, double free) {
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder path = new StringBuilder();
    for (Point point : curve.points()) {
      path.append(path.isEmpty() ? "M" : "L")
          .append(number(x(point.x())))
          .append(',')
          .append(number(y(height(point))));
      add(
          "<circle fill=\"%s\" cx=\"%s\" cy=\"%s\" r=\"3\"><title>%s: %s, %s</title></circle>"
              .formatted(
                  colour,
                  number(x(point.x())),
                  number(y(height(point))),
                  Html.escape(curve.name()),
                  whole(point.x()),
                  String.format(Locale.ROOT, "%.3g", point.y())));
    }
    String dash = DASHES.get(index / COLOURS.size() % DASHES.size());
    add(
        "<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s d=\"%s\"/>"
            .formatted(colour, dash.isEmpty() ? "" : " stroke-dasharray=\"" + dash + "\"", path));
    double baseline = Math.max(free, y(height(last(curve))) + 4);
    add(
        "<text fill=\"%s\" x=\"%s\" y=\"%s\">%s</text>"
            .formatted(
                colour, number(WIDTH - RIGHT + 10), number(baseline), Html.escape(curve.name())));
    return baseline + LEAST_BETWEEN_NAMES;
  }

  private double x(double value) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (Math.log10(value) - lowX) / (highX - lowX);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (Math.log10(value) - lowY) / (highY - lowY);
  }

  private void line(double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"rule\" color=\"#d9dee4\" stroke=\"currentColor\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
            .formatted(number(x1), number(y1), number(x2), number(y2)));
  }

  private void text(double x, double baseline, String anchor, String text) {
    add(
        "<text class=\"soft\" color=\"#59626d\" fill=\"currentColor\" text-anchor=\"%s\" x=\"%s\" y=\"%s\">%s</text>"
            .formatted(anchor, number(x), number(baseline), Html.escape(text)));
  }

  private void add(String element) {
    svg.append(element).append('\n');
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value).replaceFirst("\\.0$", "");
  }
}
