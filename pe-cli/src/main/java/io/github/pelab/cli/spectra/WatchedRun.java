package io.github.pelab.cli.spectra;

import io.github.pelab.ablation.AblationRow;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.SpectraRow;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a run's files say of spectra, and of the heads that matter.
 *
 * @param id tells it from all others
 * @param label what it shares with runs that differ from it in the seed alone
 * @param seed what it does not share with them
 * @param unscaled what it shares with runs that differ from it in seed and logit scale alone
 * @param finished whether its training has ended: how far it came says something
 * @param steps by step; empty if training was not watched
 * @param contraction empty if the trained network was not measured
 * @param ablation empty if its heads were not ablated
 */
public record WatchedRun(
    String id,
    String label,
    long seed,
    String unscaled,
    boolean finished,
    List<SpectraRow> steps,
    List<ContractionRow> contraction,
    List<AblationRow> ablation) {

  public WatchedRun {
    steps = List.copyOf(steps);
    contraction = List.copyOf(contraction);
    ablation = List.copyOf(ablation);
    if (steps.stream().map(WatchedRun::shape).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "%s: steps of spectra.jsonl have different numbers of layers or heads; do the run --again"
              .formatted(id));
    }
  }

  /** How many heads each layer has. */
  private static List<Integer> shape(SpectraRow row) {
    return row.layers().stream().map(layer -> layer.heads().size()).toList();
  }

  /** The same runs with no other steps than those that all of them have. */
  static List<WatchedRun> atCommonSteps(List<WatchedRun> runs) {
    Set<Integer> common = new HashSet<>(runs.get(0).stepNumbers());
    runs.forEach(run -> common.retainAll(run.stepNumbers()));
    return runs.stream().map(run -> run.at(common)).toList();
  }

  private WatchedRun at(Set<Integer> common) {
    return new WatchedRun(
        id,
        label,
        seed,
        unscaled,
        finished,
        steps.stream().filter(row -> common.contains(row.step())).toList(),
        contraction,
        ablation);
  }

  private List<Integer> stepNumbers() {
    return steps.stream().map(SpectraRow::step).toList();
  }

  /** Whether the loss at the step of that index is below half of what it was before training. */
  boolean isHalved(int at) {
    return steps.get(at).isBelowHalfOf(steps.get(0));
  }

  /**
   * Updates until the loss was first seen below half of what it was before training; empty if it
   * never was.
   */
  OptionalInt stepsToHalf() {
    return IntStream.range(0, steps.size())
        .filter(this::isHalved)
        .map(at -> steps.get(at).step())
        .findFirst();
  }
}
