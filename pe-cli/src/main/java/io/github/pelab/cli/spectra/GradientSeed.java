package io.github.pelab.cli.spectra;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.spectra.Interval;
import io.github.pelab.train.spectra.SpectraRow;
import io.github.pelab.train.spectra.SpectraRow.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.NormalConfidenceInterval;

/**
 * Whether one head's gradient leads the others', more so in shallow layers, and foretells which
 * head the ablation finds: the measurable side of Proposition 6.1 and Theorem 6.1 of arXiv
 * 2505.13027, version 2. A layer's margin is log(g₁ / g₂) of its heads' gradient norms g₁ ≥ g₂ ≥ …;
 * one of runs of a label.
 *
 * @param gradient of which the norm is: {@code logits}, {@code W_q} or {@code W_k}
 * @param margins by layer and step, the mean over runs
 * @param towardShallow by how much a layer's margin is above that of the layer behind it, the mean
 *     over layers, steps and runs: where it is above 0 the lead grows toward shallow layers; null
 *     of a single layer
 * @param towardShallowInterval t interval of 95 % over runs; null of a single run or layer
 * @param foretold for each step, how often the head with the largest gradient is the one that
 *     carries a layer; empty if no layer of these runs is a deposit
 */
public record GradientSeed(
    String label,
    String gradient,
    int runs,
    List<Margins> margins,
    Double towardShallow,
    Interval towardShallowInterval,
    List<Foretold> foretold) {

  public GradientSeed {
    margins = List.copyOf(margins);
    foretold = List.copyOf(foretold);
  }

  /** A step's margins, layer by layer. */
  public record Margins(int step, List<Double> layers) {
    public Margins {
      layers = List.copyOf(layers);
    }
  }

  /**
   * How often a guess was right.
   *
   * @param hits layers whose top head it was
   * @param deposits layers with the verdict DEPOSIT, in all runs
   * @param interval Wilson's of 95 %, which takes layers of one run for independent
   * @param chance of a guess among the heads
   */
  public record Foretold(int step, int hits, int deposits, Interval interval, double chance) {}

  private static final double ERROR_RATE = 0.05;

  private static final Map<String, ToDoubleFunction<Head>> GRADIENTS = gradients();

  private static Map<String, ToDoubleFunction<Head>> gradients() {
    Map<String, ToDoubleFunction<Head>> gradients = new LinkedHashMap<>();
    gradients.put("logits", Head::logitGradient);
    gradients.put("W_q", Head::queryGradient);
    gradients.put("W_k", Head::keyGradient);
    return gradients;
  }

  /** For each label whose training was watched, of more than one head, and gradient. */
  public static List<GradientSeed> of(List<WatchedRun> runs) {
    Map<String, List<WatchedRun>> labels = new LinkedHashMap<>();
    for (WatchedRun run : runs) {
      if (!run.steps().isEmpty() && run.steps().get(0).layers().get(0).heads().size() > 1) {
        labels.computeIfAbsent(run.label(), label -> new ArrayList<>()).add(run);
      }
    }
    List<GradientSeed> found = new ArrayList<>();
    labels.forEach(
        (label, seeds) -> {
          List<WatchedRun> aligned = WatchedRun.atCommonSteps(seeds);
          if (!aligned.get(0).steps().isEmpty()) {
            GRADIENTS.forEach((name, gradient) -> found.add(of(label, name, gradient, aligned)));
          }
        });
    return found;
  }

  private static GradientSeed of(
      String label, String name, ToDoubleFunction<Head> gradient, List<WatchedRun> seeds) {
    double[] growths =
        seeds.stream()
            .map(run -> growth(run, gradient))
            .flatMapToDouble(OptionalDouble::stream)
            .toArray();
    return new GradientSeed(
        label,
        name,
        seeds.size(),
        margins(seeds, gradient),
        growths.length == 0 ? null : Arrays.stream(growths).average().orElseThrow(),
        interval(growths),
        foretold(seeds, gradient));
  }

  /** Over steps and neighbouring layers, shallow less deep; empty of a single layer. */
  private static OptionalDouble growth(WatchedRun run, ToDoubleFunction<Head> gradient) {
    return run.steps().stream()
        .map(row -> row.layers().stream().mapToDouble(layer -> margin(layer, gradient)).toArray())
        .filter(margins -> margins.length > 1)
        // The differences of neighbours add up to that of the first and the last.
        .mapToDouble(margins -> (margins[0] - margins[margins.length - 1]) / (margins.length - 1))
        .filter(Double::isFinite)
        .average();
  }

  /** Infinite where a single head has a gradient. */
  private static double margin(SpectraRow.Layer layer, ToDoubleFunction<Head> gradient) {
    double[] norms = layer.heads().stream().mapToDouble(gradient).sorted().toArray();
    return Math.log(norms[norms.length - 1]) - Math.log(norms[norms.length - 2]);
  }

  private static Interval interval(double[] values) {
    if (values.length < 2) {
      return null;
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / (values.length - 1);
    var interval =
        NormalConfidenceInterval.MEAN.fromErrorRate(mean, variance, values.length, ERROR_RATE);
    return new Interval(interval.getLowerBound(), interval.getUpperBound());
  }

  private static List<Margins> margins(List<WatchedRun> seeds, ToDoubleFunction<Head> gradient) {
    List<Margins> margins = new ArrayList<>();
    for (int at = 0; at < seeds.get(0).steps().size(); at++) {
      int index = at;
      SpectraRow first = seeds.get(0).steps().get(index);
      margins.add(
          new Margins(
              first.step(),
              IntStream.range(0, first.layers().size())
                  .mapToObj(
                      layer ->
                          seeds.stream()
                              .mapToDouble(
                                  run ->
                                      margin(run.steps().get(index).layers().get(layer), gradient))
                              .average()
                              .orElseThrow())
                  .toList()));
    }
    return margins;
  }

  private static List<Foretold> foretold(List<WatchedRun> seeds, ToDoubleFunction<Head> gradient) {
    List<Foretold> foretold = new ArrayList<>();
    for (int at = 0; at < seeds.get(0).steps().size(); at++) {
      int deposits = 0;
      int hits = 0;
      for (WatchedRun run : seeds) {
        for (Map.Entry<Integer, Integer> deposit : deposits(run).entrySet()) {
          deposits++;
          List<Head> heads = run.steps().get(at).layers().get(deposit.getKey()).heads();
          hits += largest(heads, gradient) == deposit.getValue() ? 1 : 0;
        }
      }
      if (deposits > 0) {
        SpectraRow row = seeds.get(0).steps().get(at);
        var wilson =
            BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(deposits, hits, ERROR_RATE);
        foretold.add(
            new Foretold(
                row.step(),
                hits,
                deposits,
                new Interval(wilson.getLowerBound(), wilson.getUpperBound()),
                1.0 / row.layers().get(0).heads().size()));
      }
    }
    return foretold;
  }

  /** The head that carries each layer that is a deposit. */
  private static Map<Integer, Integer> deposits(WatchedRun run) {
    Map<Integer, Integer> deposits = new TreeMap<>();
    for (AblationRow row : run.ablation()) {
      if (row instanceof AblationRow.Layer layer && layer.verdict() == Verdict.DEPOSIT) {
        deposits.put(layer.layer(), layer.topHead());
      }
    }
    return deposits;
  }

  private static int largest(List<Head> heads, ToDoubleFunction<Head> gradient) {
    return IntStream.range(0, heads.size())
        .boxed()
        .max(Comparator.comparingDouble(head -> gradient.applyAsDouble(heads.get(head))))
        .orElseThrow();
  }
}
