package io.github.pelab.tasks.released;

import io.github.pelab.tasks.Ceiling;
import io.github.pelab.tasks.Describe;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.ExampleStreams;
import io.github.pelab.tasks.Range;
import io.github.pelab.tasks.Roles;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.TaskFactory;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The distance of two triggers as the released code has it, faults included; each fault is an
 * option and can be switched off alone.
 *
 * <p>With B words between at most, S on a side, and n words, a row is drawn so:
 *
 * <ol>
 *   <li>left ℓ and right r uniform in 1..S, between b uniform in 1..B;
 *   <li>ℓ words, trigger 1, b words, trigger 2, r words. The words are drawn without replacement
 *       within each of the three segments, from all n words, <b>triggers included</b>;
 *   <li>cut to 120 words at the right end; padded to 128 with id 0.
 * </ol>
 *
 * <p>The label is the distance b + 1, in a head of a class per token id. Two things follow that
 * {@link io.github.pelab.tasks.DistanceTask} avoids: the length ℓ + b + r + 2 tells of the label,
 * and a stray trigger can make it ambiguous.
 *
 * <p>Slices: {@code length} (words, without padding), {@code distance}, {@code strays} (triggers
 * beyond the two).
 */
public final class DistanceAsReleased implements Task {
  private static final String NAME = "distance-as-released";
  private static final String GENERATOR = NAME + "/1";
  private static final int TRIGGERS = 2;

  /** Examples over which the Bayes ceiling is averaged. */
  private static final int BAYES_EXAMPLES = 100_000;

  private final Options options;
  private final Roles roles;
  private final Pool pool;
  private final Once<Ceiling> bayes = new Once<>(this::bayes);

  /** The task with these options. */
  public DistanceAsReleased(Options options) {
    ExampleStreams streams = new ExampleStreams(GENERATOR, options.seed());
    this.options = options;
    this.roles = new Roles(options.vocabulary(), TRIGGERS, streams.shared(0));
    this.pool = new Pool(options.pool(), options.dropDuplicates(), streams, this::draw);
  }

  private Example draw(SplittableRandom random) {
    int between = 1 + random.nextInt(options.maxBetween());
    int left = 1 + random.nextInt(options.maxSide());
    int right = 1 + random.nextInt(options.maxSide());
    int second = left + 1 + between;
    int[] words = new int[Math.min(second + 1 + right, options.longest())];
    fill(words, 0, left, random);
    words[left] = roles.trigger(1);
    fill(words, left + 1, second, random);
    words[second] = roles.trigger(2);
    // A cut sample without replacement is a smaller sample: what would be cut need not be drawn.
    fill(words, second + 1, words.length, random);
    Map<String, Integer> slices = new LinkedHashMap<>();
    slices.put("length", words.length);
    slices.put("distance", between + 1);
    slices.put("strays", (int) Arrays.stream(words).filter(roles::isTrigger).count() - TRIGGERS);
    int[] tokens = Arrays.copyOf(words, Math.max(words.length, options.padTo()));
    return new Example(tokens, options.wideHead() ? between + 1 : between - 1, slices);
  }

  /** Without replacement, unless that fault is off: a word that is there already is drawn again. */
  private void fill(int[] words, int from, int to, SplittableRandom random) {
    BitSet taken = new BitSet();
    for (int i = from; i < to; i++) {
      do {
        words[i] = options.strays() ? roles.randomWord(random) : roles.randomFiller(random);
      } while (options.withoutReplacement() && taken.get(words[i]));
      taken.set(words[i]);
    }
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
    return Math.max(options.longest(), options.padTo());
  }

  /** The vocabulary's size if the head is wide, else one class per distance: B. */
  @Override
  public int classes() {
    return options.wideHead() ? vocabularySize() : options.maxBetween();
  }

  @Override
  public Example example(Split split, long index) {
    return pool.example(split, index);
  }

  /** The id of the trigger whose own place is first. */
  public int trigger1() {
    return roles.trigger(1);
  }

  /** The id of the trigger whose own place is second. */
  public int trigger2() {
    return roles.trigger(2);
  }

  /** 1/B: distances are uniform. */
  @Override
  public double chance() {
    return 1.0 / options.maxBetween();
  }

  /**
   * Length and rule are exact sums over ℓ, b, r and the place of the first trigger. Bayes is
   * simulated: with strays, its posterior depends on which words occur twice. What it averages is
   * not right or wrong but the posterior of the likeliest distance, which has the same mean and
   * less spread.
   */
  @Override
  public List<Ceiling> ceilings() {
    return List.of(
        new Ceiling("length", fromLength(), "sum over lengths of the likeliest distance"),
        new Ceiling("rule", rule(), "the first trigger 1, then the next trigger 2"),
        options.strays() ? bayes.get() : new Ceiling("Bayes", 1, "the rule is never wrong"));
  }

  private double fromLength() {
    int[][] ways = new int[options.longest() + 1][options.maxBetween() + 1];
    for (int between = 1; between <= options.maxBetween(); between++) {
      for (int left = 1; left <= options.maxSide(); left++) {
        for (int right = 1; right <= options.maxSide(); right++) {
          ways[Math.min(left + between + right + TRIGGERS, options.longest())][between]++;
        }
      }
    }
    double best = Arrays.stream(ways).mapToInt(w -> Arrays.stream(w).max().orElseThrow()).sum();
    return best / (options.maxBetween() * Math.pow(options.maxSide(), 2));
  }

  /** The mean over ℓ and b of the probability that the rule finds the distance b + 1. */
  private double rule() {
    if (!options.strays()) {
      return 1;
    }
    double sum = 0;
    for (int left = 1; left <= options.maxSide(); left++) {
      for (int between = 1; between <= options.maxBetween(); between++) {
        sum += lacks(left) * lacks(between) + luck(left, between);
      }
    }
    return sum / (options.maxSide() * options.maxBetween());
  }

  /** The probability that none of {@code words} words of a segment is a given one. */
  private double lacks(int words) {
    double n = roles.words();
    return options.withoutReplacement() ? 1 - words / n : Math.pow(1 - 1 / n, words);
  }

  /**
   * The probability that trigger 1 is among the ℓ words at the left, and the rule right all the
   * same: if it is at place p first, the next trigger 2 must be at p + b + 1. That is a place at
   * the left, or the place of the true trigger 1, or one between the two.
   */
  private double luck(int left, int between) {
    double n = roles.words();
    double p = 0;
    for (int first = 0; first < left; first++) {
      int next = first + between + 1;
      if (options.withoutReplacement()) {
        // Each occurs at most once in a segment, so there is nothing more to exclude, but for a
        // trigger 2 at the left behind trigger 1, where the next is to be between the two.
        p += next < left ? 1 / (n * (n - 1)) : 0;
        p += next > left ? (n - left + first) / (n * (n - 1)) / n : 0;
      } else if (next != left) {
        // All words before it are no trigger 1, all between no trigger 2: but for the true trigger
        // 1, these are first + between words.
        int others = first + (next < left ? between : between - 1);
        p += Math.pow(1 - 1 / n, others) / (n * n);
      }
    }
    return p;
  }

  private Ceiling bayes() {
    ExampleStreams streams = new ExampleStreams(GENERATOR + "/bayes", options.seed());
    double sum = 0;
    double squares = 0;
    double ambiguous = 0;
    for (int i = 0; i < BAYES_EXAMPLES; i++) {
      Example example = draw(streams.shared(i));
      double p = certainty(Arrays.copyOf(example.tokens(), example.slices().get("length")));
      sum += p;
      squares += p * p;
      ambiguous += example.slices().get("strays") > 0 ? 1 : 0;
    }
    double mean = sum / BAYES_EXAMPLES;
    double variance = squares / BAYES_EXAMPLES - mean * mean;
    return new Ceiling(
        "Bayes",
        mean,
        "mean of the likeliest distance's posterior over %,d drawn examples, standard error %.2f %%"
                .formatted(BAYES_EXAMPLES, 100 * Math.sqrt(variance / BAYES_EXAMPLES))
            + "; %.1f %% have stray triggers".formatted(100 * ambiguous / BAYES_EXAMPLES));
  }

  /** The posterior of the likeliest distance, given the words and the law that they come from. */
  private double certainty(int[] words) {
    double[] byBetween = new double[options.maxBetween() + 1];
    for (int left = 1; left <= Math.min(options.maxSide(), words.length - 1); left++) {
      if (words[left] == roles.trigger(1)) {
        addReadings(words, left, byBetween);
      }
    }
    return Arrays.stream(byBetween).max().orElseThrow() / Arrays.stream(byBetween).sum();
  }

  /** Those in which the trigger 1 at {@code left} is the true one: their joint probabilities. */
  private void addReadings(int[] words, int left, double[] byBetween) {
    int most = Math.min(options.maxBetween(), words.length - left - TRIGGERS);
    for (int between = 1; between <= most; between++) {
      int second = left + 1 + between;
      if (words[second] == roles.trigger(2)) {
        byBetween[between] +=
            rights(words.length, second)
                * likelihood(words, 0, left)
                * likelihood(words, left + 1, second)
                * likelihood(words, second + 1, words.length);
      }
    }
  }

  /** How many r leave what stands behind the second trigger; where a row is full, some were cut. */
  private int rights(int length, int second) {
    int seen = length - 1 - second;
    if (seen > options.maxSide()) {
      return 0;
    }
    if (length == options.longest()) {
      return options.maxSide() - Math.max(1, seen) + 1;
    }
    return Math.min(1, seen);
  }

  /** The probability of a segment, times nᵏ for its k words: the same for all readings. */
  private double likelihood(int[] words, int from, int to) {
    if (!options.withoutReplacement()) {
      return 1;
    }
    double n = roles.words();
    double p = 1;
    BitSet taken = new BitSet();
    for (int i = from; i < to; i++) {
      if (taken.get(words[i])) {
        return 0;
      }
      taken.set(words[i]);
      p *= n / (n - (i - from));
    }
    return p;
  }

  /** As {@link Roles#name}. */
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
   * What a configuration may say; the defaults are the released code's.
   *
   * @param vocabulary enough for the longest segment and, with a wide head, for the largest label
   * @param maxBetween B, at most 200
   * @param maxSide S, at most 200
   * @param strays whether fillers are drawn from all words, triggers included
   * @param withoutReplacement whether the words of a segment are all different
   * @param maxWords where rows are cut, at least S + B + 2, so that no trigger is; 0 for nowhere
   * @param padTo at least the longest row, or 0 for none
   * @param samples rows of the pool; 0 switches it off
   * @param dropDuplicates whether of equal rows of the pool one is kept
   * @param trainPercent of the pool's rows
   * @param wideHead whether there is a class for each token id, labels being distances
   * @param seed any
   */
  public record Options(
      @Describe("Token ids, padding and triggers included; the words are 1 up. Default 574.")
          Integer vocabulary,
      @Describe("Most words between the triggers, 1 to 200. Default 70.") Integer maxBetween,
      @Describe("Most words before and after them, 1 to 200. Default 25.") Integer maxSide,
      @Describe("Whether fillers can be triggers, which blurs labels. Default true.")
          Boolean strays,
      @Describe("Whether the words of a segment are all different. Default true.")
          Boolean withoutReplacement,
      @Describe(
              "Words after which a row is cut, maxSide + maxBetween + 2 or more; 0 for none."
                  + " Default 120.")
          Integer maxWords,
      @Describe("Length up to which 0s are tokens that no mask hides; 0 for none. Default 128.")
          Integer padTo,
      @Describe("Rows of the finite pool, up to 1000000; 0 draws without end. Default 100000.")
          Integer samples,
      @Describe("Whether equal rows of the pool are dropped but for one. Default true.")
          Boolean dropDuplicates,
      @Describe("Percent of the pool that is train, the rest is test: 1 to 99. Default 70.")
          Integer trainPercent,
      @Describe("A class for each token id (true), or one for each distance. Default true.")
          Boolean wideHead,
      @Describe("The task's seed: draws the triggers, the pool and its split. Default 1.")
          Long seed) {
    /** Within it no likelihood leaves the range of a double. */
    private static final Range SEGMENT = new Range(1, 200);

    /**
     * Puts in defaults, then checks.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Options {
      vocabulary = vocabulary == null ? 574 : vocabulary;
      maxBetween = maxBetween == null ? 70 : maxBetween;
      maxSide = maxSide == null ? 25 : maxSide;
      strays = strays == null || strays;
      withoutReplacement = withoutReplacement == null || withoutReplacement;
      maxWords = maxWords == null ? 120 : maxWords;
      padTo = padTo == null ? 128 : padTo;
      samples = samples == null ? 100_000 : samples;
      dropDuplicates = dropDuplicates == null || dropDuplicates;
      trainPercent = trainPercent == null ? 70 : trainPercent;
      wideHead = wideHead == null || wideHead;
      seed = seed == null ? 1L : seed;
      SEGMENT.check("maxBetween", maxBetween);
      SEGMENT.check("maxSide", maxSide);
      // Padding and, in the worst case, triggers fill no segment; the largest label is B + 1.
      new Range(Math.max(maxBetween, maxSide) + 1 + TRIGGERS, MAX_VOCABULARY)
          .check("vocabulary", vocabulary, ", so that every segment can be filled");
      new Range(maxWords == 0 ? 0 : maxSide + maxBetween + TRIGGERS, MAX_LENGTH)
          .check("maxWords", maxWords, ", so that no trigger is cut off, or 0 for no cut");
      new Range(padTo == 0 ? 0 : longest(maxBetween, maxSide, maxWords), MAX_LENGTH)
          .check("padTo", padTo, ", or 0 for none");
      new Pool.Size(samples, trainPercent);
    }

    /** All options at their defaults: as released. */
    public static Options defaults() {
      return new Options(null, null, null, null, null, null, null, null, null, null, null, null);
    }

    private Pool.Size pool() {
      return new Pool.Size(samples, trainPercent);
    }

    private int longest() {
      return longest(maxBetween, maxSide, maxWords);
    }

    private static int longest(int maxBetween, int maxSide, int maxWords) {
      int uncut = maxBetween + 2 * maxSide + TRIGGERS;
      return maxWords == 0 ? uncut : Math.min(uncut, maxWords);
    }
  }

  /** Makes {@code distance-as-released} known to {@link io.github.pelab.tasks.Tasks}. */
  public static final class Factory implements TaskFactory<Options> {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "distance as the released code has it, where labels are blurred and lengths tell.";
    }

    @Override
    public Class<Options> options() {
      return Options.class;
    }

    @Override
    public Task create(Options options) {
      return new DistanceAsReleased(options);
    }
  }
}
