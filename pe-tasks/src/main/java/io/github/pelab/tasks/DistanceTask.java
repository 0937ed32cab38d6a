package io.github.pelab.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How far apart are the two triggers? Trigger 1 and trigger 2 occur once each, trigger 1 first,
 * among fillers; the label is gap − 1, where gap = position of trigger 2 − position of trigger 1.
 *
 * <p>With G classes and lengths m..M, m ≥ G + 1, an example is drawn so:
 *
 * <ol>
 *   <li>length L uniform in m..M;
 *   <li>gap g uniform in 1..G, independently of L: every gap fits into every length;
 *   <li>position s of trigger 1 uniform among the L − g that fit, 0..L − 1 − g;
 *   <li>each other token uniform among the fillers, independently of all else.
 * </ol>
 *
 * <p>Hence the multiset (each trigger once, L − 2 iid fillers) and the length are independent of
 * the label, while a single position is not: P(g, s, L) = 1 / (G·(M − m + 1)·(L − g)) where it
 * fits. The task seed draws which ids are the triggers, for all splits alike.
 *
 * <p>Slices: {@code length}, {@code gap}.
 */
public final class DistanceTask implements Task {
  private static final String NAME = "distance";
  private static final String GENERATOR = NAME + "/1";
  private static final int TRIGGERS = 2;

  private final Options options;
  private final ExampleStreams streams;

  private final Roles roles;

  /** The task with these options. */
  public DistanceTask(Options options) {
    this.options = options;
    this.streams = new ExampleStreams(GENERATOR, options.seed());
    this.roles = new Roles(options.vocabulary(), TRIGGERS, streams.shared(0));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int vocabularySize() {
    return options.vocabulary();
  }

  @Override
  public int maxLength() {
    return options.maxLength();
  }

  /** One class per gap: G. */
  @Override
  public int classes() {
    return options.maxGap();
  }

  @Override
  public Example example(Split split, long index) {
    SplittableRandom random = streams.example(split, index);
    int length = random.nextInt(options.minLength(), options.maxLength() + 1);
    int gap = random.nextInt(1, options.maxGap() + 1);
    int start = random.nextInt(length - gap);
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      tokens[i] = roles.randomFiller(random);
    }
    tokens[start] = trigger1();
    tokens[start + gap] = trigger2();
    Map<String, Integer> slices = new LinkedHashMap<>();
    slices.put("length", length);
    slices.put("gap", gap);
    return new Example(tokens, gap - 1, slices);
  }

  /** The id of the trigger that comes first. */
  public int trigger1() {
    return roles.trigger(1);
  }

  /** The id of the trigger that comes second. */
  public int trigger2() {
    return roles.trigger(2);
  }

  /** 1/G: gaps are uniform. */
  @Override
  public double chance() {
    return 1.0 / classes();
  }

  /**
   * Exact, by summation of P(g, s, L) over lengths and over the best gap for each position. With
   * the length known the best gap is the largest that fits and the sum is (1 + H(L − 1) − H(L − G))
   * / G, averaged over L, with H the harmonic numbers; reversal of the sequence maps one trigger's
   * law to the other's.
   */
  @Override
  public List<Ceiling> ceilings() {
    double[] harmonic = harmonicNumbers(maxLength());
    double fromPositionAndLength = fromPositionAndLength(harmonic);
    String byLength = "mean over lengths L of (1 + H(L-1) - H(L-G)) / G, H the harmonic numbers";
    return List.of(
        new Ceiling("length", chance(), "1/G: the length is drawn independently of the gap"),
        new Ceiling("multiset", chance(), "1/G: no gap changes which tokens occur"),
        new Ceiling(
            "trigger 1 position",
            fromTrigger1Position(harmonic),
            "sum over positions of the likeliest gap, lengths averaged"),
        new Ceiling(
            "trigger 2 position",
            fromTrigger2Position(harmonic),
            "sum over positions of the likeliest gap, lengths averaged"),
        new Ceiling("trigger 1 position and length", fromPositionAndLength, byLength),
        new Ceiling("trigger 2 position and length", fromPositionAndLength, byLength),
        new Ceiling("rule", 1, "each trigger occurs once: their distance is the gap"),
        new Ceiling("Bayes", 1, "the rule is never wrong"));
  }

  private double fromPositionAndLength(double[] harmonic) {
    double sum = 0;
    for (int length = options.minLength(); length <= maxLength(); length++) {
      sum += 1 + harmonic[length - 1] - harmonic[length - classes()];
    }
    return sum / (classes() * (double) lengths());
  }

  private double fromTrigger1Position(double[] harmonic) {
    double sum = 0;
    for (int start = 0; start < maxLength() - 1; start++) {
      double best = 0;
      for (int gap = 1; gap <= Math.min(classes(), maxLength() - 1 - start); gap++) {
        best = Math.max(best, weight(gap, start + gap + 1, harmonic));
      }
      sum += best;
    }
    return sum / (classes() * (double) lengths());
  }

  private double fromTrigger2Position(double[] harmonic) {
    double sum = 0;
    for (int end = 1; end < maxLength(); end++) {
      double best = 0;
      for (int gap = 1; gap <= Math.min(classes(), end); gap++) {
        best = Math.max(best, weight(gap, end + 1, harmonic));
      }
      sum += best;
    }
    return sum / (classes() * (double) lengths());
  }

  /** Σ 1/(L − gap) over the lengths L that have at least {@code needed} tokens. */
  private double weight(int gap, int needed, double[] harmonic) {
    int shortest = Math.max(options.minLength(), needed);
    return harmonic[maxLength() - gap] - harmonic[shortest - gap - 1];
  }

  private int lengths() {
    return options.maxLength() - options.minLength() + 1;
  }

  /** H(0)..H(n). */
  private static double[] harmonicNumbers(int n) {
    double[] harmonic = new double[n + 1];
    for (int k = 1; k <= n; k++) {
      harmonic[k] = harmonic[k - 1] + 1.0 / k;
    }
    return harmonic;
  }

  /** {@code PAD}, {@code TRIGGER1}, {@code TRIGGER2}, or {@code w} and the id. */
  @Override
  public String tokenName(int token) {
    return roles.name(token);
  }

  /** Trigger 1, trigger 2, filler, pad. */
  @Override
  public List<String> tokenClasses() {
    return roles.numberedClasses();
  }

  @Override
  public int tokenClass(int token) {
    return roles.numberedClassOf(token);
  }

  /**
   * What a configuration may say. A null takes the default; errors name the option.
   *
   * @param vocabulary 4..2²⁴, default 64. Ids travel as floats, which are exact up to there
   * @param maxGap G, at least 1, default 16
   * @param minLength at least G + 1, default 3/2·G within its bounds
   * @param maxLength at least {@code minLength}, at most 65536, default 2·G within its bounds
   * @param seed any, default 1
   */
  public record Options(
      @Describe("Token ids, padding and the two triggers included: 4 to 16777216. Default 64.")
          Integer vocabulary,
      @Describe("Largest distance between the triggers, and number of classes. Default 16.")
          Integer maxGap,
      @Describe("Fewest tokens, at least maxGap + 1. Default 3/2 maxGap, at most maxLength.")
          Integer minLength,
      @Describe("Most tokens, minLength to 65536. Default 2 maxGap, at least minLength.")
          Integer maxLength,
      @Describe("The task's seed: draws the triggers and the examples of all splits. Default 1.")
          Long seed) {
    private static final int MIN_VOCABULARY = 4;

    /**
     * Puts in defaults, then checks.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Options {
      vocabulary = vocabulary == null ? 64 : vocabulary;
      maxGap = maxGap == null ? 16 : maxGap;
      seed = seed == null ? 1L : seed;
      new Range(MIN_VOCABULARY, MAX_VOCABULARY).check("vocabulary", vocabulary);
      new Range(1, MAX_LENGTH - 1).check("maxGap", maxGap);
      Range lengths = new Range(maxGap + 1, MAX_LENGTH);
      String fits = ", so that every gap up to maxGap = " + maxGap + " fits; or lower maxGap";
      if (maxLength != null) {
        lengths.check("maxLength", maxLength, fits);
      }
      if (minLength == null) {
        int usual = maxGap + Math.max(1, maxGap / 2);
        minLength = Math.min(usual, maxLength == null ? MAX_LENGTH : maxLength);
      }
      lengths.check("minLength", minLength, fits);
      if (maxLength == null) {
        maxLength = Math.min(Math.max(2 * maxGap, minLength), MAX_LENGTH);
      }
      new Range(minLength, MAX_LENGTH)
          .check("maxLength", maxLength, ": it may not be below minLength");
    }

    /** All options at their defaults. */
    public static Options defaults() {
      return new Options(null, null, null, null, null);
    }
  }

  /** Makes {@code distance} known to {@link Tasks}. */
  public static final class Factory implements TaskFactory<Options> {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "The distance between two triggers, as a class; length and tokens say nothing of it.";
    }

    @Override
    public Class<Options> options() {
      return Options.class;
    }

    @Override
    public Task create(Options options) {
      return new DistanceTask(options);
    }
  }
}
