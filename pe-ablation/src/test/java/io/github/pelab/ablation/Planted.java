package io.github.pelab.ablation;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Outcomes with a known truth. The whole model is right with probability {@link #ACCURACY};
 * ablating head h turns a right answer wrong with probability losses[h], independently per head. On
 * top of that every ablation flips answers at random, as often from right to wrong as back.
 */
final class Planted {

  static final double ACCURACY = 0.8;
  private static final double LOST_BY_CHANCE = 0.03;
  private static final double GAINED_BY_CHANCE = LOST_BY_CHANCE * ACCURACY / (1 - ACCURACY);

  private Planted() {}

  static HeadOutcomes heads(
      int layer, int examples, double[] losses, boolean flips, SplittableRandom random) {
    BitSet right = new BitSet(examples);
    IntStream.range(0, examples).forEach(i -> right.set(i, random.nextDouble() < ACCURACY));
    Outcomes baseline = new Outcomes(examples, right);
    List<Outcomes> heads =
        IntStream.range(0, losses.length)
            .mapToObj(head -> ablated(baseline, losses[head], flips, random))
            .toList();
    return new HeadOutcomes(layer, baseline, heads);
  }

  static LayerOutcomes layer(
      int layer, int examples, double[] losses, double allLoss, SplittableRandom random) {
    HeadOutcomes heads = heads(layer, examples, losses, true, random);
    return new LayerOutcomes(
        heads, ablated(heads.baseline(), allLoss, true, random), Optional.empty());
  }

  private static Outcomes ablated(
      Outcomes baseline, double loss, boolean flips, SplittableRandom random) {
    double lost = loss + (flips ? LOST_BY_CHANCE : 0);
    double gained = flips ? GAINED_BY_CHANCE : 0;
    BitSet right = new BitSet(baseline.total());
    for (int i = 0; i < baseline.total(); i++) {
      right.set(i, random.nextDouble() < (baseline.isRight(i) ? 1 - lost : gained));
    }
    return new Outcomes(baseline.total(), right);
  }
}
