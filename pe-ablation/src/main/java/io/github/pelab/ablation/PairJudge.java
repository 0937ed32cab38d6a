package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Interval;
import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.ablation.AblationRow.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns the outcomes of pairs into rows. With δ_a and δ_b the drops of two heads and δ_ab the drop
 * of both together, their interaction is δ_ab − δ_a − δ_b: above 0 where each makes up for the
 * other, 0 where they do not know of each other, below 0 where one is of no use without the other.
 */
final class PairJudge {
  private final Margin margin;

  PairJudge(Margin margin) {
    this.margin = margin;
  }

  /**
   * A row for each pair, in their order.
   *
   * @param test all layers, each at its index, on the same split as the pairs
   */
  List<Pair> judge(Intervention intervention, List<HeadOutcomes> test, List<PairOutcomes> pairs) {
    if (pairs.isEmpty()) {
      return List.of();
    }
    Outcomes whole = test.get(0).baseline();
    // The whole model, then of each pair: the one alone, the other alone, both.
    List<Outcomes> all = new ArrayList<>(List.of(whole));
    for (PairOutcomes pair : pairs) {
      all.add(test.get(pair.layer()).heads().get(pair.head()));
      all.add(test.get(pair.otherLayer()).heads().get(pair.otherHead()));
      all.add(pair.both());
    }
    double byChance = margin.chance() * whole.total();
    Optional<Double> ifLearned = margin.ifLearned(whole);
    Optional<Resamples> resamples = ifLearned.map(learned -> Resamples.of(all, margin.rule()));
    int[] correct = all.stream().mapToInt(Outcomes::correct).toArray();
    List<Pair> rows = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      PairOutcomes pair = pairs.get(i);
      int at = 1 + 3 * i;
      PairedTable table = PairedTable.of(whole, pair.both());
      Optional<Interval> interval =
          resamples.map(
              drawn -> drawn.interval(c -> DropProfile.drop(interaction(c, at), c[0] - byChance)));
      rows.add(
          new Pair(
              intervention,
              pair.layer(),
              pair.head(),
              pair.otherLayer(),
              pair.otherHead(),
              pair.both().correct(),
              whole.total(),
              whole.correct(),
              table.difference(),
              table.newcombe(margin.rule().confidence()),
              ifLearned.map(learned -> table.netLoss() / learned).orElse(null),
              ifLearned.map(learned -> interaction(correct, at) / learned).orElse(null),
              interval.orElse(null),
              table.mcNemarP(),
              pair.both().encoded()));
    }
    return rows;
  }

  /** What both lose together beyond what each loses alone, in examples. */
  private static long interaction(int[] correct, int at) {
    return (long) correct[at] + correct[at + 1] - correct[0] - correct[at + 2];
  }
}
