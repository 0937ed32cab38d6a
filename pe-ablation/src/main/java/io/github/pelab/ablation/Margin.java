package io.github.pelab.ablation;

import io.github.pelab.train.config.DepositRule;
import java.util.Optional;

/**
 * From when on a model has learned, and what its drops are relative to then.
 *
 * @param chance the accuracy of a model that knows nothing, from the generator
 * @param ceiling the best accuracy that the task allows, from the generator
 */
record Margin(double chance, double ceiling, DepositRule rule) {

  Margin {
    if (!(chance >= 0 && chance < 1)) {
      throw new IllegalArgumentException(
          "chance: " + chance + "; give an accuracy from 0 to below 1");
    }
    if (!(ceiling > chance && ceiling <= 1)) {
      throw new IllegalArgumentException(
          "ceiling: %s; give an accuracy above chance (%s), at most 1".formatted(ceiling, chance));
    }
  }

  /** The least accuracy of a model that has learned. */
  double learnedFrom() {
    return chance + rule.learnedFraction() * (ceiling - chance);
  }

  /**
   * What the whole model has right beyond chance, in examples; empty if it has not learned: what a
   * drop would be relative to is then noise, and nothing is said.
   */
  Optional<Double> ifLearned(Outcomes baseline) {
    return baseline.accuracy() < learnedFrom()
        ? Optional.empty()
        : Optional.of(baseline.correct() - chance * baseline.total());
  }
}
