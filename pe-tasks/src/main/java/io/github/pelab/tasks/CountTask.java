package io.github.pelab.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How many triggers are there? Any of K words is a trigger, the others are fillers; the label is
 * the number of triggers, wherever they stand.
 *
 * <p>With counts 0..C and lengths m..M, C ≤ m, an example is drawn so:
 *
 * <ol>
 *   <li>length L uniform in m..M;
 *   <li>count c uniform in 0..C, independently of L: every count fits into every length;
 *   <li>the c places of the triggers uniform among the C(L, c) sets of c places;
 *   <li>each trigger uniform among the K, each filler among the F others, independently of all
 *       else.
 * </ol>
 *
 * <p>Hence P(tokens, L) = 1 / ((M − m + 1)·(C + 1)·C(L, c)·Kᶜ·F^(L − c)): it depends on the tokens
 * through c and L alone, so all orders of a multiset are equally likely and have one label. The
 * length is independent of the label. The task seed draws which ids are triggers, for all splits
 * alike.
 *
 * <p>Slices: {@code length}, {@code count}.
 */
public final class CountTask implements Task {
  private static final String NAME = "count";
  private static final String GENERATOR = NAME + "/1";

  private final Options options;
  private final ExampleStreams streams;
  private final Roles roles;

  /** The task with these options. */
  public CountTask(Options options) {
    this.options = options;
    this.streams = new ExampleStreams(GENERATOR, options.seed());
    this.roles = new Roles(options.vocabulary(), options.triggers(), streams.shared(0));
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

  /** One class per count: C + 1. */
  @Override
  public int classes() {
    return options.maxCount() + 1;
  }

  @Override
  public Example example(Split split, long index) {
    SplittableRandom random = streams.example(split, index);
    int length = random.nextInt(options.minLength(), options.maxLength() + 1);
    int count = random.nextInt(classes());
    Map<String, Integer> slices = new LinkedHashMap<>();
    slices.put("length", length);
    slices.put("count", count);
    return new Example(roles.scatter(count, length, random), count, slices);
  }

  /** Which ids are triggers. */
  public Roles roles() {
    return roles;
  }

  /** 1/(C + 1): counts are uniform. */
  @Override
  public double chance() {
    return 1.0 / classes();
  }

  /**
   * All exact. Of the first token, as of any, only its role tells: a filler speaks for 0 (every
   * token is one then), a trigger for C (of which a share C/L is), so the ceiling is (1 + C·E[1/L])
   * / (C + 1). The share of triggers c/L is what an average over the tokens shows to a model that
   * cannot tell how many there are: a share above 0 has as many (c, L) as there are lengths for it,
   * all with different c, of which one is right; the share 0 has one c. So the ceiling is (lengths
   * + shares above 0) / (lengths·(C + 1)).
   */
  @Override
  public List<Ceiling> ceilings() {
    return List.of(
        new Ceiling("length", chance(), "1/(C+1): the length is drawn independently of the count"),
        new Ceiling("order", chance(), "1/(C+1): with the ids hidden only the length is left"),
        new Ceiling("first token", fromFirstToken(), "(1 + C E[1/L]) / (C+1): a filler 0, else C"),
        new Ceiling(
            "share of triggers", fromShare(), "one count for each value of count / length, if > 0"),
        new Ceiling("multiset", 1, "it says how many triggers there are"),
        new Ceiling("rule", 1, "the triggers, counted"),
        new Ceiling("Bayes", 1, "the rule is never wrong"));
  }

  private double fromFirstToken() {
    double inverseLengths = 0;
    for (int length = options.minLength(); length <= maxLength(); length++) {
      inverseLengths += 1.0 / length;
    }
    return (1 + options.maxCount() * inverseLengths / lengths()) / classes();
  }

  /**
   * A reduced fraction p/q is a share if k·q is a length and k·p ≤ C for some k, and then for the
   * least k with k·q ≥ m.
   */
  private double fromShare() {
    long shares = 0;
    for (int q = 1; q <= maxLength(); q++) {
      int k = (options.minLength() + q - 1) / q;
      if (k * q <= maxLength()) {
        shares += coprime(options.maxCount() / k, q, 2);
      }
    }
    return (lengths() + shares) / ((double) lengths() * classes());
  }

  /** How many of 1..most have no prime factor in common with {@code n}, which has none below p. */
  private static int coprime(int most, int n, int p) {
    if (n == 1) {
      return most;
    }
    int prime = p;
    while (n % prime != 0) {
      prime++;
    }
    int rest = n;
    while (rest % prime == 0) {
      rest /= prime;
    }
    return coprime(most, rest, prime) - coprime(most / prime, rest, prime);
  }

  private int lengths() {
    return options.maxLength() - options.minLength() + 1;
  }

  /** {@code PAD}, {@code TRIGGER1}..{@code TRIGGERK}, or {@code w} and the id. */
  @Override
  public String tokenName(int token) {
    return roles.name(token);
  }

  /** Trigger, filler, pad: a trigger is as good as another. */
  @Override
  public List<String> tokenClasses() {
    return roles.classes();
  }

  @Override
  public int tokenClass(int token) {
    return roles.classOf(token);
  }

  /**
   * What a configuration may say. A null takes the default; errors name the option.
   *
   * @param vocabulary 3..2²⁴, default 64
   * @param triggers K, at least 1, leaving a filler, default 4: more than one, so that a model has
   *     to learn which words count alike, and 1 word in 16, about the released code's 30 of 574
   * @param minLength at least C, default 24 within its bounds, as in {@code distance}
   * @param maxLength at least {@code minLength}, at most 65536, default 32 within its bounds
   * @param maxCount C, at least 1, default {@code minLength}: all that fits whatever the length
   * @param seed any, default 1
   */
  public record Options(
      @Describe("Token ids, padding and triggers included: 3 to 16777216. Default 64.")
          Integer vocabulary,
      @Describe("Words that count, at least 1; vocabulary - 2 at most. Default 4.")
          Integer triggers,
      @Describe("Fewest tokens, at least maxCount. Default 24, or what the others ask for.")
          Integer minLength,
      @Describe("Most tokens, minLength to 65536. Default 32, at least minLength.")
          Integer maxLength,
      @Describe("Largest count, 1 to minLength; the classes are 0 to maxCount. Default minLength.")
          Integer maxCount,
      @Describe("The task's seed: draws the triggers and the examples of all splits. Default 1.")
          Long seed) {
    private static final int MIN_VOCABULARY = 3;

    /**
     * Puts in defaults, then checks.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Options {
      vocabulary = vocabulary == null ? 64 : vocabulary;
      seed = seed == null ? 1L : seed;
      new Range(MIN_VOCABULARY, MAX_VOCABULARY).check("vocabulary", vocabulary);
      triggers = triggers == null ? Math.min(4, vocabulary - 2) : triggers;
      new Range(1, vocabulary - 2).check("triggers", triggers, ", so that a filler is left");
      if (minLength == null) {
        int usual = maxCount == null ? 24 : Math.max(24, maxCount);
        minLength = Math.min(usual, maxLength == null ? MAX_LENGTH : maxLength);
      }
      maxLength = maxLength == null ? Math.max(32, minLength) : maxLength;
      new Range(1, MAX_LENGTH).check("maxLength", maxLength);
      new Range(1, maxLength).check("minLength", minLength, ": it may not be above maxLength");
      maxCount = maxCount == null ? minLength : maxCount;
      new Range(1, minLength)
          .check("maxCount", maxCount, ", so that it fits every length; or raise minLength");
    }

    /** All options at their defaults. */
    public static Options defaults() {
      return new Options(null, null, null, null, null, null);
    }
  }

  /** Makes {@code count} known to {@link Tasks}. */
  public static final class Factory implements TaskFactory<Options> {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "The number of triggers, as a class; length and order say nothing of it.";
    }

    @Override
    public Class<Options> options() {
      return Options.class;
    }

    @Override
    public Task create(Options options) {
      return new CountTask(options);
    }
  }
}
