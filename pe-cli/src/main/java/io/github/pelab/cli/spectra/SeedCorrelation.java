package io.github.pelab.cli.spectra;

import io.github.pelab.ablation.BenjaminiHochberg;
import io.github.pelab.spectra.RankCorrelation;
import io.github.pelab.train.spectra.Measures;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Whether a more contracted spectrum goes with easier optimisation: rank correlation across the
 * seeds of a label, at each step by itself, because everything drifts with time. The ratio is the
 * geometric mean over heads of a norm with positions by that without, so what is claimed makes ρ
 * positive, of all three outcomes:
 *
 * <ul>
 *   <li>gradient norm: of the loss over all parameters, at the step;
 *   <li>loss: what is left of it at the next step that was watched, as a fraction;
 *   <li>steps: until the loss was first below half of what it was before training; runs that never
 *       came to that are last.
 * </ul>
 *
 * <p>The verdict rests on one correlation, of each seed's mean rank over the early steps, not on
 * the best of many: SUPPORTS if it is positive and a discovery among all the report's, CONTRADICTS
 * if negative and one. Early is before half of the seeds have halved their loss. Later, who has
 * learned has little gradient and little loss to lose, whatever the spectrum.
 *
 * @param norm {@code spectral} or {@code row-centred}
 * @param steps those in which neither ratio nor outcome is the same for all seeds
 * @param adjustedP of the overall correlation, by {@link BenjaminiHochberg} among all of them
 */
public record SeedCorrelation(
    String label,
    String norm,
    Outcome outcome,
    List<AtStep> steps,
    RankCorrelation overall,
    double adjustedP,
    Verdict verdict) {

  public SeedCorrelation {
    steps = List.copyOf(steps);
  }

  /** What the ratio is held against. */
  public enum Outcome {
    GRADIENT_NORM,
    LOSS_LEFT,
    STEPS_TO_HALF
  }

  /** Of a claim that ρ is positive. */
  public enum Verdict {
    SUPPORTS,
    CONTRADICTS,
    NO_VERDICT;

    private static final double DISCOVERY_RATE = 0.05;

    static Verdict of(double rho, double adjustedP) {
      if (adjustedP > DISCOVERY_RATE) {
        return NO_VERDICT;
      }
      return rho > 0 ? SUPPORTS : CONTRADICTS;
    }
  }

  /**
   * A step.
   *
   * @param early whether the verdict rests on it too
   * @param ratios a run each
   * @param outcomes likewise; null for steps to half of a run that never came to that
   */
  public record AtStep(
      int step,
      boolean early,
      RankCorrelation correlation,
      List<Double> ratios,
      List<Double> outcomes) {
    public AtStep {
      ratios = List.copyOf(ratios);
      outcomes = Collections.unmodifiableList(new ArrayList<>(outcomes));
    }
  }

  /** What ranks last. */
  static final int NEVER = Integer.MAX_VALUE;

  /** For each label of {@value RankCorrelation#FEWEST_PAIRS} runs or more, norm and outcome. */
  public static List<SeedCorrelation> of(List<WatchedRun> runs) {
    Map<String, List<WatchedRun>> labels = new LinkedHashMap<>();
    for (WatchedRun run : runs) {
      if (!run.steps().isEmpty()) {
        labels.computeIfAbsent(run.label(), label -> new ArrayList<>()).add(run);
      }
    }
    List<Correlated> found = new ArrayList<>();
    labels.forEach(
        (label, seeds) -> {
          if (seeds.size() >= RankCorrelation.FEWEST_PAIRS) {
            List<WatchedRun> aligned = WatchedRun.atCommonSteps(seeds);
            for (Outcome outcome : Outcome.values()) {
              of(label, "spectral", Measures::spectralNorm, outcome, aligned).ifPresent(found::add);
              of(label, "row-centred", Measures::rowCentredNorm, outcome, aligned)
                  .ifPresent(found::add);
            }
          }
        });
    double[] adjusted =
        BenjaminiHochberg.adjust(found.stream().mapToDouble(each -> each.overall().p()).toArray());
    return IntStream.range(0, adjusted.length)
        .mapToObj(i -> found.get(i).judged(adjusted[i]))
        .toList();
  }

  /** What has no verdict yet. */
  private record Correlated(
      String label, String norm, Outcome outcome, List<AtStep> steps, RankCorrelation overall) {

    SeedCorrelation judged(double adjustedP) {
      return new SeedCorrelation(
          label, norm, outcome, steps, overall, adjustedP, Verdict.of(overall.rho(), adjustedP));
    }
  }

  private static Optional<Correlated> of(
      String label,
      String norm,
      ToDoubleFunction<Measures> measure,
      Outcome outcome,
      List<WatchedRun> seeds) {
    List<AtStep> steps = new ArrayList<>();
    double[] ratioRanks = new double[seeds.size()];
    double[] outcomeRanks = new double[seeds.size()];
    int early = early(seeds);
    for (int at = 0; at < seeds.get(0).steps().size(); at++) {
      int index = at;
      List<OptionalDouble> ratios =
          seeds.stream().map(run -> ratio(run.steps().get(index), measure)).toList();
      List<OptionalDouble> outcomes =
          seeds.stream().map(run -> outcome(run, index, outcome)).toList();
      Optional<double[]> x = changing(ratios);
      Optional<double[]> y = changing(outcomes);
      if (x.isPresent() && y.isPresent()) {
        steps.add(
            new AtStep(
                seeds.get(0).steps().get(index).step(),
                index < early,
                RankCorrelation.of(x.get(), y.get()),
                Arrays.stream(x.get()).boxed().toList(),
                Arrays.stream(y.get())
                    .boxed()
                    .map(value -> value == NEVER ? null : value)
                    .toList()));
        if (index < early) {
          add(ratioRanks, RankCorrelation.ranks(x.get()));
          add(outcomeRanks, RankCorrelation.ranks(y.get()));
        }
      }
    }
    if (changing(ratioRanks).isEmpty() || changing(outcomeRanks).isEmpty()) {
      return Optional.empty();
    }
    RankCorrelation overall = RankCorrelation.of(ratioRanks, outcomeRanks);
    return Optional.of(new Correlated(label, norm, outcome, steps, overall));
  }

  /** How many steps are early; one at least, before training. */
  private static int early(List<WatchedRun> seeds) {
    int steps = seeds.get(0).steps().size();
    return IntStream.range(1, steps)
        .filter(at -> 2 * seeds.stream().filter(run -> run.isHalved(at)).count() >= seeds.size())
        .findFirst()
        .orElse(steps);
  }

  /** Empty where no head has measured logits. */
  private static OptionalDouble ratio(SpectraRow row, ToDoubleFunction<Measures> measure) {
    return row.layers().stream()
        .flatMap(layer -> layer.heads().stream())
        .filter(head -> head.logits() != null)
        .mapToDouble(
            head ->
                Math.log(measure.applyAsDouble(head.logits()))
                    - Math.log(measure.applyAsDouble(head.content())))
        .average()
        .stream()
        .map(Math::exp)
        .findFirst();
  }

  private static OptionalDouble outcome(WatchedRun run, int at, Outcome outcome) {
    List<SpectraRow> steps = run.steps();
    return switch (outcome) {
      case GRADIENT_NORM -> OptionalDouble.of(steps.get(at).gradientNorm());
      case LOSS_LEFT ->
          at + 1 < steps.size()
              ? OptionalDouble.of(steps.get(at + 1).loss() / steps.get(at).loss())
              : OptionalDouble.empty();
      case STEPS_TO_HALF -> OptionalDouble.of(run.stepsToHalf().orElse(NEVER));
    };
  }

  private static Optional<double[]> changing(List<OptionalDouble> values) {
    return values.stream().allMatch(OptionalDouble::isPresent)
        ? changing(values.stream().mapToDouble(OptionalDouble::getAsDouble).toArray())
        : Optional.empty();
  }

  /** Empty if all are the same: nothing goes with what does not change. */
  private static Optional<double[]> changing(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0])
        ? Optional.empty()
        : Optional.of(values);
  }

  private static void add(double[] sums, double[] values) {
    Arrays.setAll(sums, i -> sums[i] + values[i]);
  }
}
