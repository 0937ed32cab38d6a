package io.github.pelab.claims;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.train.config.ConfigReader;
import io.github.pelab.train.config.Sweep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The learning rate of each configuration, chosen on the validation split from a grid, with seeds
 * that no result uses: so that no scheme loses by a rate that suits another.
 *
 * <p>A rate's accuracy is the mean over seeds. Of the rates within {@value #AS_GOOD} of the best
 * the one with the lowest mean loss is chosen that is not on the grid's edge; if all of them are
 * there, the grid is too narrow. For claims as released one rate is chosen for all models of a grid
 * together, since the released code has one for all.
 */
public final class Tuning {
  /** Points of accuracy that two seeds do not tell apart. */
  private static final double AS_GOOD = 0.005;

  private static final List<String> NOT_THE_MODEL = List.of("name", "ablation", "spectra");

  private Tuning() {}

  /** A rate of the grid, with what its runs came to. */
  private record Rate(double rate, double accuracy, double loss) {}

  /**
   * What is wrong with the learning rates of a claim's runs, by the rows that are kept of its
   * grids; nothing if it has no grids.
   */
  public static List<String> objections(Plan plan, Evidence evidence) {
    return plan.tuning().isEmpty()
        ? List.of()
        : objections(
            plan.steps().stream().map(Plan.Step::member).toList(),
            plan.tuning().stream()
                .flatMap(grid -> evidence.ofTuning(grid.name()).stream())
                .toList(),
            plan.claim().protocol());
  }

  /**
   * What is wrong with the rates that {@code members} have, a line each; nothing if each is the one
   * that its grid chooses.
   *
   * @param rows of the tuning's runs
   */
  static List<String> objections(
      List<Sweep.Member> members, List<TuningRow> rows, Claim.Protocol protocol) {
    Map<String, List<TuningRow>> grids =
        rows.stream().collect(Collectors.groupingBy(row -> tuned(row.config(), protocol)));
    Map<String, String> objections = new TreeMap<>();
    for (Sweep.Member member : members) {
      double rate = member.effective().at("/training/learningRate").asDouble();
      objection(
              grids.get(tuned(member.effective(), protocol)),
              rate,
              member.config().training().seed())
          .ifPresent(
              problem ->
                  objections.put(
                      Sweep.configuration(member.axes(), member.effective(), member.label()),
                      problem));
    }
    return objections.entrySet().stream()
        .map(each -> each.getKey() + ": " + each.getValue())
        .toList();
  }

  private static Optional<String> objection(List<TuningRow> grid, double rate, long seed) {
    if (grid == null) {
      return Optional.of("its learning rate was not tuned; add it to the tuning's suite");
    }
    if (grid.stream().anyMatch(row -> row.seed() == seed)) {
      return Optional.of("seed %d chose the rate; results need others".formatted(seed));
    }
    List<Rate> rates = rates(grid);
    double best = rates.stream().mapToDouble(Rate::accuracy).max().orElseThrow();
    Optional<Rate> chosen =
        rates.stream()
            .skip(1)
            .limit(Math.max(0, rates.size() - 2))
            .filter(each -> each.accuracy() >= best - AS_GOOD)
            .min(Comparator.comparingDouble(Rate::loss));
    if (chosen.isEmpty()) {
      return Optional.of(
          "the best learning rate, of %s, is on the grid's edge; widen the tuning's suite"
              .formatted(rates.stream().map(Rate::rate).toList()));
    }
    return chosen.get().rate() == rate
        ? Optional.empty()
        : Optional.of(
            "found learning rate %s, but %s is the best of %s; write that in the suite"
                .formatted(rate, chosen.get().rate(), rates.stream().map(Rate::rate).toList()));
  }

  /** In ascending order. */
  private static List<Rate> rates(List<TuningRow> grid) {
    Map<Double, List<TuningRow>> byRate =
        grid.stream()
            .collect(Collectors.groupingBy(TuningRow::rate, TreeMap::new, Collectors.toList()));
    List<Rate> rates = new ArrayList<>();
    byRate.forEach(
        (rate, runs) ->
            rates.add(
                new Rate(rate, mean(runs, TuningRow::accuracy), mean(runs, TuningRow::loss))));
    return rates;
  }

  private static double mean(List<TuningRow> runs, ToDoubleFunction<TuningRow> number) {
    return runs.stream().mapToDouble(number).average().orElseThrow();
  }

  /**
   * What a rate is chosen for: all that is the same in those runs of a grid and in the results. A
   * hash, because nodes that were read from a file and nodes that were made are not equal where a
   * whole number is a long.
   */
  private static String tuned(JsonNode config, Claim.Protocol protocol) {
    ObjectNode same = config.deepCopy();
    same.remove(NOT_THE_MODEL);
    if (protocol == Claim.Protocol.AS_RELEASED) {
      same.remove("model");
    }
    same.withObject("/training").remove(List.of("learningRate", "seed"));
    return ConfigReader.hash(same);
  }
}
