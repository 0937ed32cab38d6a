package io.github.pelab.cli.report;

import java.util.List;

/**
 * The drops of a layer's heads over all runs of a label.
 *
 * @param five minimum, lower quartile, median, upper quartile, maximum of the drops
 */
public record LayerDrops(int layer, List<Double> five, List<HeadDrop> heads) {

  /**
   * One head of one run.
   *
   * @param run the run's {@link ReportData.Run#id()}
   * @param drop δ of the head
   */
  public record HeadDrop(String run, int head, double drop, boolean beyondNull) {}

  static LayerDrops of(int layer, List<HeadDrop> heads) {
    double[] sorted = heads.stream().mapToDouble(HeadDrop::drop).sorted().toArray();
    List<Double> five =
        List.of(
            sorted[0],
            quantile(sorted, 0.25),
            quantile(sorted, 0.5),
            quantile(sorted, 0.75),
            sorted[sorted.length - 1]);
    return new LayerDrops(layer, five, heads);
  }

  /** Interpolates linearly between order statistics (R's type 7). */
  private static double quantile(double[] sorted, double fraction) {
    double at = fraction * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
