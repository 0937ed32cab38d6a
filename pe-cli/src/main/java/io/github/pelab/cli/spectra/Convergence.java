package io.github.pelab.cli.spectra;

import io.github.pelab.ablation.BenjaminiHochberg;
import io.github.pelab.cli.spectra.SeedCorrelation.Verdict;
import io.github.pelab.spectra.RankCorrelation;
import io.github.pelab.spectra.SampleMedian;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whether configurations whose logits begin with a smaller spectral norm learn more easily. There
 * is a verdict where they differ in {@code model.logitScale} alone. That scale sets the norm at the
 * start, and for all of training how far an update of given size moves the logits: what it does is
 * done by both. What else differs between schemes goes with their norms, and no number of seeds
 * takes it away.
 *
 * @param labels in the order of the runs, two at least
 * @param trends of each network with {@value #FEWEST_SCALES} scales or more
 */
public record Convergence(List<Label> labels, List<Trend> trends) {
  /** With two the correlation is 1 or −1. */
  private static final int FEWEST_SCALES = 3;

  public Convergence {
    labels = List.copyOf(labels);
    trends = List.copyOf(trends);
  }

  /**
   * How a label learns, over its seeds.
   *
   * @param normAtStart geometric mean over heads of the spectral norm of their logits, before
   *     training
   * @param gradientAtStart norm of the loss's gradient over all parameters, before training
   * @param stepsToHalf updates until the loss was first seen below half of what it was; a run that
   *     never came to that counts with all its updates
   * @param neverHalf runs that never came to that
   * @param lossAtEnd the last that was watched, in nats
   */
  public record Label(
      String label,
      SampleMedian normAtStart,
      SampleMedian gradientAtStart,
      SampleMedian stepsToHalf,
      int neverHalf,
      SampleMedian lossAtEnd) {}

  /** What the norm is held against. */
  public enum Outcome {
    GRADIENT_AT_START,
    STEPS_TO_HALF,
    LOSS_AT_END
  }

  /**
   * Of each seed that all scales of a network have, the rank correlation over scales of the norm at
   * the start with the outcome. What is claimed makes its median over seeds positive: SUPPORTS if
   * it is and the sign test is a discovery among all trends', CONTRADICTS if it is negative and
   * one.
   *
   * @param labels of the scales
   * @param rho over the seeds in which neither is the same for all scales
   * @param adjustedP of the sign test, by {@link BenjaminiHochberg} among all trends
   */
  public record Trend(
      List<String> labels, Outcome outcome, SampleMedian rho, double adjustedP, Verdict verdict) {
    public Trend {
      labels = List.copyOf(labels);
    }
  }

  /** Of the runs whose training was watched; empty if they are of one label. */
  public static Optional<Convergence> of(List<WatchedRun> runs) {
    List<WatchedRun> watched =
        runs.stream().filter(run -> !run.steps().isEmpty() && normAtStart(run) > 0).toList();
    Map<String, List<WatchedRun>> labels = by(WatchedRun::label, watched);
    if (labels.size() < 2) {
      return Optional.empty();
    }
    return Optional.of(
        new Convergence(
            labels.entrySet().stream().map(each -> label(each.getKey(), each.getValue())).toList(),
            judged(
                by(WatchedRun::unscaled, watched).values().stream()
                    .map(network -> by(WatchedRun::label, network))
                    .filter(scales -> scales.size() >= FEWEST_SCALES)
                    .flatMap(scales -> correlated(scales).stream())
                    .toList())));
  }

  /** What has no verdict yet: ρ by seed. */
  private record Correlated(List<String> labels, Outcome outcome, List<Double> rho) {
    double[] values() {
      return rho.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  private static List<Trend> judged(List<Correlated> found) {
    double[] adjusted =
        BenjaminiHochberg.adjust(
            found.stream().mapToDouble(each -> SampleMedian.signTestP(each.values())).toArray());
    return IntStream.range(0, adjusted.length)
        .mapToObj(
            i -> {
              Correlated each = found.get(i);
              SampleMedian median = SampleMedian.of(each.values());
              return new Trend(
                  each.labels(),
                  each.outcome(),
                  median,
                  adjusted[i],
                  Verdict.of(median.value(), adjusted[i]));
            })
        .toList();
  }

  private static Map<String, List<WatchedRun>> by(
      Function<WatchedRun, String> key, List<WatchedRun> runs) {
    return runs.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  private static Label label(String label, List<WatchedRun> seeds) {
    return new Label(
        label,
        median(seeds, Convergence::normAtStart),
        median(seeds, run -> run.steps().get(0).gradientNorm()),
        median(seeds, run -> run.stepsToHalf().orElse(last(run).step())),
        (int) seeds.stream().filter(run -> run.stepsToHalf().isEmpty()).count(),
        median(seeds, run -> last(run).loss()));
  }

  private static SampleMedian median(List<WatchedRun> seeds, ToDoubleFunction<WatchedRun> number) {
    return SampleMedian.of(seeds.stream().mapToDouble(number).toArray());
  }

  private static SpectraRow last(WatchedRun run) {
    return run.steps().get(run.steps().size() - 1);
  }

  /** 0 if no head has measured logits. */
  private static double normAtStart(WatchedRun run) {
    return run.steps().get(0).layers().stream()
        .flatMap(layer -> layer.heads().stream())
        .filter(head -> head.logits() != null)
        .mapToDouble(head -> Math.log(head.logits().spectralNorm()))
        .average()
        .stream()
        .map(Math::exp)
        .findFirst()
        .orElse(0);
  }

  private static List<Correlated> correlated(Map<String, List<WatchedRun>> scales) {
    List<List<WatchedRun>> paired = paired(List.copyOf(scales.values()));
    List<Correlated> found = new ArrayList<>();
    for (Outcome outcome : Outcome.values()) {
      List<Double> rho =
          paired.stream()
              .filter(same -> changes(same, Convergence::normAtStart))
              .filter(same -> changes(same, run -> outcome(run, outcome)))
              .map(
                  same ->
                      RankCorrelation.rho(
                          same.stream().mapToDouble(Convergence::normAtStart).toArray(),
                          same.stream().mapToDouble(run -> outcome(run, outcome)).toArray()))
              .toList();
      if (!rho.isEmpty()) {
        found.add(new Correlated(List.copyOf(scales.keySet()), outcome, rho));
      }
    }
    return found;
  }

  /** Of each seed that all scales have a run each. */
  private static List<List<WatchedRun>> paired(List<List<WatchedRun>> scales) {
    Set<Long> seeds = new TreeSet<>(seeds(scales.get(0)));
    scales.forEach(runs -> seeds.retainAll(seeds(runs)));
    return seeds.stream()
        .map(seed -> scales.stream().map(runs -> ofSeed(runs, seed)).toList())
        .toList();
  }

  private static List<Long> seeds(List<WatchedRun> runs) {
    return runs.stream().map(WatchedRun::seed).toList();
  }

  private static WatchedRun ofSeed(List<WatchedRun> runs, long seed) {
    return runs.stream().filter(run -> run.seed() == seed).findFirst().orElseThrow();
  }

  private static boolean changes(List<WatchedRun> runs, ToDoubleFunction<WatchedRun> number) {
    return runs.stream().mapToDouble(number).distinct().count() > 1;
  }

  private static double outcome(WatchedRun run, Outcome outcome) {
    return switch (outcome) {
      case GRADIENT_AT_START -> run.steps().get(0).gradientNorm();
      case STEPS_TO_HALF -> run.stepsToHalf().orElse(SeedCorrelation.NEVER);
      case LOSS_AT_END -> last(run).loss();
    };
  }
}
