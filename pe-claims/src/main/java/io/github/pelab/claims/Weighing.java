package io.github.pelab.claims;

import io.github.pelab.ablation.SeedFractions;
import io.github.pelab.spectra.RankCorrelation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A statement held against the rows of its claim.
 *
 * @param each by seed the numbers that the effect is a mean of; of a fraction, 1 for yes and 0 for
 *     no; of a correlation, nothing
 * @param effect empty if there are too few runs
 * @param reason why it is empty; else empty itself
 */
record Weighing(
    Statement statement, Map<Long, Double> each, Optional<Effect> effect, String reason) {
  /** Below this many seeds no mean and no difference is called. */
  static final int FEWEST_SEEDS = 5;

  /**
   * Weighs the evidence.
   *
   * @throws IllegalArgumentException if the statement's runs are several of one seed
   */
  static Weighing of(Statement statement, List<EvidenceRow> rows) {
    return switch (statement.kind()) {
      case MEAN -> mean(statement, bySeed(statement, statement.of(), statement.metric(), rows));
      case DIFFERENCE -> mean(statement, differences(statement, rows));
      case FRACTION ->
          fraction(statement, bySeed(statement, statement.of(), statement.metric(), rows));
      case CORRELATION -> correlation(statement, rows);
    };
  }

  private static Weighing mean(Statement statement, Map<Long, Double> each) {
    return each.size() < FEWEST_SEEDS
        ? few(statement, each, each.size(), FEWEST_SEEDS)
        : found(statement, each, Effect.ofMean(numbers(each.values()), statement.threshold()));
  }

  private static Map<Long, Double> differences(Statement statement, List<EvidenceRow> rows) {
    Map<Long, Double> of = bySeed(statement, statement.of(), statement.metric(), rows);
    Map<Long, Double> from =
        statement.minus() == null
            ? bySeed(statement, statement.against(), statement.metric(), rows)
            : bySeed(statement, statement.of(), statement.minus(), rows);
    of.keySet().retainAll(from.keySet());
    of.replaceAll((seed, value) -> value - from.get(seed));
    return of;
  }

  private static Weighing fraction(Statement statement, Map<Long, Double> each) {
    int hits = (int) each.values().stream().filter(value -> value == 1).count();
    return each.size() < SeedFractions.FEWEST_SEEDS
        ? few(statement, each, each.size(), SeedFractions.FEWEST_SEEDS)
        : found(statement, each, Effect.ofFraction(hits, each.size(), statement.threshold()));
  }

  private static Weighing correlation(Statement statement, List<EvidenceRow> rows) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (EvidenceRow row : rows) {
      Double one = row.values().get(statement.metric());
      Double other = row.values().get(statement.with());
      if (statement.of().has(row.config()) && one != null && other != null) {
        x.add(one);
        y.add(other);
      }
    }
    if (x.size() < RankCorrelation.FEWEST_PAIRS) {
      return few(statement, Map.of(), x.size(), RankCorrelation.FEWEST_PAIRS);
    }
    if (x.stream().distinct().count() == 1 || y.stream().distinct().count() == 1) {
      return new Weighing(
          statement, Map.of(), Optional.empty(), "a number is the same in all runs");
    }
    return found(statement, Map.of(), Effect.ofCorrelation(numbers(x), numbers(y)));
  }

  private static Weighing found(Statement statement, Map<Long, Double> each, Effect effect) {
    return new Weighing(statement, each, Optional.of(effect), "");
  }

  private static Weighing few(Statement statement, Map<Long, Double> each, int found, int needed) {
    return new Weighing(
        statement,
        each,
        Optional.empty(),
        "%d runs that say something, of %d".formatted(found, needed));
  }

  private static Map<Long, Double> bySeed(
      Statement statement, Selection selection, String metric, List<EvidenceRow> rows) {
    Map<Long, Double> values = new TreeMap<>();
    for (EvidenceRow row : rows) {
      Double value = row.values().get(metric);
      if (selection.has(row.config()) && value != null && values.put(row.seed(), value) != null) {
        throw new IllegalArgumentException(
            "%s: statement %s: several rows of seed %d are of %s; let pe claim --again make them anew"
                .formatted(row.claim(), statement.name(), row.seed(), selection));
      }
    }
    return values;
  }

  private static double[] numbers(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
