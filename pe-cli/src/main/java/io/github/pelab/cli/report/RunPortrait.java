package io.github.pelab.cli.report;

import io.github.pelab.ablation.portrait.HeadPortrait;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a run's heads do. What is the same for all heads is said once, and numbers are rounded to
 * three digits: a page holds many of them, and draws none finer.
 *
 * @param run the run's {@link ReportData.Run#id()}
 * @param examples how many the heads were watched on, of {@code split}
 * @param firstLag query's position − key's, of the first of each head's {@code byLag}; the others
 *     follow one by one
 * @param uniformByLag what each head's {@code byLag} would be if it looked at all alike
 * @param pairsByLag of query and key
 * @param classes the pairs of token classes, in the order of each head's {@code byClass}
 * @param heads by layer and head
 */
public record RunPortrait(
    String run,
    String checkpoint,
    String split,
    int examples,
    int firstLag,
    List<Double> uniformByLag,
    List<Long> pairsByLag,
    List<ClassPair> classes,
    List<Head> heads) {

  private static final int DIGITS = 3;

  /** Queries of one class, keys of another. */
  public record ClassPair(String query, String key, double uniform, long queries) {}

  /**
   * A head, as its {@link HeadPortrait} says.
   *
   * @param byLag mean weight at each lag
   * @param byClass mean summed weight at each pair of classes
   */
  public record Head(
      int layer,
      int head,
      List<Double> byLag,
      List<Double> byClass,
      Double positional,
      double contribution,
      Double contributionShare) {}

  /** The portraits that a run's file holds, at least one; they are of one pass over one split. */
  static RunPortrait of(String run, List<HeadPortrait> portraits) {
    HeadPortrait first = portraits.get(0);
    List<Head> heads = new ArrayList<>();
    portraits.stream()
        .sorted(Comparator.comparingInt(HeadPortrait::layer).thenComparingInt(HeadPortrait::head))
        .map(RunPortrait::head)
        .forEach(heads::add);
    return new RunPortrait(
        run,
        first.checkpoint(),
        first.split(),
        first.examples(),
        first.lags().first(),
        rounded(first.lags().uniform()),
        first.lags().pairs(),
        first.classes().stream()
            .map(
                cell ->
                    new ClassPair(
                        cell.query(), cell.key(), rounded(cell.uniform()), cell.queries()))
            .toList(),
        heads);
  }

  private static Head head(HeadPortrait portrait) {
    return new Head(
        portrait.layer(),
        portrait.head(),
        rounded(portrait.lags().weights()),
        rounded(portrait.classes().stream().map(HeadPortrait.ClassAttention::weight).toList()),
        portrait.positional() == null ? null : Double.valueOf(rounded(portrait.positional())),
        rounded(portrait.contribution()),
        portrait.contributionShare() == null
            ? null
            : Double.valueOf(rounded(portrait.contributionShare())));
  }

  private static List<Double> rounded(List<Double> values) {
    return Rounded.to(DIGITS, values);
  }

  private static double rounded(double value) {
    return Rounded.to(DIGITS, value);
  }
}
