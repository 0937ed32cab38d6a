package io.github.pelab.ablation;

/**
 * The thresholds by which {@link LayerJudge} decides. A rule is written down with the rows that it
 * produced; a threshold that is moved after the rows were seen is no threshold.
 *
 * @param level a test is beyond the null where its q is below this
 * @param confidence of all intervals
 * @param learnedFraction how far from chance to the ceiling a model must have come before anything
 *     is said of its layers
 * @param minHeads the fewest heads of which one can be called a deposit: of two, one carries half
 *     by mere arithmetic
 * @param topDropAtLeast the smallest δ₁ of a deposit
 * @param shareAtLeast the smallest share of a deposit (by its lower bound); below it (by its upper
 *     bound) a layer is spread
 * @param runnerUpBelow the upper bound of δ₂ must stay below this part of δ₁
 * @param bootstrapResamples how often the test examples are drawn anew
 * @param bootstrapSeed of those draws; equal seeds give equal intervals
 */
public record DepositRule(
    double level,
    double confidence,
    double learnedFraction,
    int minHeads,
    double topDropAtLeast,
    double shareAtLeast,
    double runnerUpBelow,
    int bootstrapResamples,
    long bootstrapSeed) {

  public DepositRule {
    requireInside("level", level, 0, 1);
    requireInside("confidence", confidence, 0, 1);
    requireInside("learnedFraction", learnedFraction, 0, 1);
    requireInside("topDropAtLeast", topDropAtLeast, 0, 1);
    requireInside("shareAtLeast", shareAtLeast, 0, 1);
    requireInside("runnerUpBelow", runnerUpBelow, 0, 1);
    if (minHeads < 2) {
      throw new IllegalArgumentException(
          "minHeads: " + minHeads + "; give at least 2, for one head carries everything");
    }
    if (tailResamples(bootstrapResamples, confidence) < 1) {
      throw new IllegalArgumentException(
          "bootstrapResamples: %d leave none beyond a bound at confidence %s; give at least %d"
              .formatted(bootstrapResamples, confidence, Math.round(2 / (1 - confidence))));
    }
  }

  /** The rule of all shipped configurations. */
  public static DepositRule defaults() {
    return new DepositRule(0.05, 0.95, 0.5, 4, 0.2, 0.5, 0.5, 2000, 1);
  }

  /**
   * The rank, from either end, of the resample that bounds a percentile interval: ⌊(R + 1)(1 −
   * confidence)/2⌋ (Davison and Hinkley 1997, §5.3).
   */
  int tailResamples() {
    return tailResamples(bootstrapResamples, confidence);
  }

  private static int tailResamples(int resamples, double confidence) {
    return (int) ((resamples + 1.0) * (1 - confidence) / 2);
  }

  private static void requireInside(String field, double value, double above, double below) {
    if (!(value > above && value < below)) {
      throw new IllegalArgumentException(
          "%s: %s; give a number between %s and %s, both excluded"
              .formatted(field, value, above, below));
    }
  }
}
