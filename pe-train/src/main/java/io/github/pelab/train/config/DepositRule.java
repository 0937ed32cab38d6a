package io.github.pelab.train.config;

import io.github.pelab.tasks.Describe;

/**
 * The thresholds by which layers are judged. A rule is part of a run's config, written down before
 * the rows are seen; a threshold that is moved after the rows were seen is no threshold.
 */
public record DepositRule(
    @Describe("A test is beyond the null where its q is below this, between 0 and 1; default 0.05")
        Double level,
    @Describe("Confidence of all intervals, between 0 and 1; default 0.95") Double confidence,
    @Describe(
            "How far from chance to the ceiling a model must have come before anything is said of"
                + " its layers, between 0 and 1; default 0.5")
        Double learnedFraction,
    @Describe(
            "Fewest heads of which one can be called a deposit, at least 2: of two, one carries half"
                + " by mere arithmetic; default 4")
        Integer minHeads,
    @Describe("Smallest drop of a deposit's head, between 0 and 1; default 0.2")
        Double topDropAtLeast,
    @Describe(
            "Smallest share of a deposit (by its lower bound), between 0 and 1; a layer in which no"
                + " head's share reaches it (by the upper bound) is spread; default 0.5")
        Double shareAtLeast,
    @Describe(
            "The upper bound of the second largest drop must stay below this part of a deposit's,"
                + " between 0 and 1; default 0.5")
        Double runnerUpBelow,
    @Describe("How often the test examples are drawn anew for the bootstrap; default 2000")
        Integer bootstrapResamples,
    @Describe("Seed of those draws; default 1") Long bootstrapSeed) {
  private static final int MOST_RESAMPLES = 100_000;

  /** The rule of all shipped configurations. */
  public static final DepositRule DEFAULTS =
      new DepositRule(null, null, null, null, null, null, null, null, null);

  public DepositRule {
    level = inside("level", level, 0.05);
    confidence = inside("confidence", confidence, 0.95);
    learnedFraction = inside("learnedFraction", learnedFraction, 0.5);
    minHeads = Field.or(minHeads, 4);
    Field.check(
        minHeads >= 2,
        "minHeads",
        minHeads,
        "choose a whole number from 2, for one head carries everything");
    topDropAtLeast = inside("topDropAtLeast", topDropAtLeast, 0.2);
    shareAtLeast = inside("shareAtLeast", shareAtLeast, 0.5);
    runnerUpBelow = inside("runnerUpBelow", runnerUpBelow, 0.5);
    bootstrapResamples =
        Field.integer("bootstrapResamples", bootstrapResamples, 2000, 1, MOST_RESAMPLES);
    Field.check(
        tailResamples(bootstrapResamples, confidence) >= 1,
        "bootstrapResamples",
        bootstrapResamples,
        "none would lie beyond a bound at confidence %s, choose at least %d"
            .formatted(confidence, Math.round(2 / (1 - confidence))));
    bootstrapSeed = Field.or(bootstrapSeed, 1L);
  }

  /**
   * The rank, from either end, of the resample that bounds a percentile interval: ⌊(R + 1)(1 −
   * confidence)/2⌋ (Davison and Hinkley 1997, §5.3).
   */
  public int tailResamples() {
    return tailResamples(bootstrapResamples, confidence);
  }

  private static int tailResamples(int resamples, double confidence) {
    return (int) ((resamples + 1.0) * (1 - confidence) / 2);
  }

  private static double inside(String field, Double value, double fallback) {
    double found = Field.or(value, fallback);
    Field.check(
        found > 0 && found < 1, field, found, "choose a number between 0 and 1, both excluded");
    return found;
  }
}
