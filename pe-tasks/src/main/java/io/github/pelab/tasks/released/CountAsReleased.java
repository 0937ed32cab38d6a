package io.github.pelab.tasks.released;

import io.github.pelab.tasks.Ceiling;
import io.github.pelab.tasks.CountTask;
import io.github.pelab.tasks.Describe;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.ExampleStreams;
import io.github.pelab.tasks.Range;
import io.github.pelab.tasks.Roles;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.TaskFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Counting triggers as the released code has it. A row is drawn as in {@link CountTask}, at one
 * length: 120 words, 30 triggers, counts 0..100. Fillers are no triggers there either, so the label
 * has no noise. What differs is around it: a finite pool, padding that is seen, a head as wide as
 * the vocabulary; the package's description tells each.
 *
 * <p>Slices: {@code count}.
 */
public final class CountAsReleased implements Task {
  private static final String NAME = "count-as-released";
  private static final String GENERATOR = NAME + "/1";

  private final Options options;
  private final Roles roles;
  private final Pool pool;

  /** The task with these options. */
  public CountAsReleased(Options options) {
    ExampleStreams streams = new ExampleStreams(GENERATOR, options.seed());
    this.options = options;
    this.roles = new Roles(options.vocabulary(), options.triggers(), streams.shared(0));
    // The released generator of this task drops no duplicates.
    this.pool = new Pool(options.pool(), false, streams, this::draw);
  }

  private Example draw(SplittableRandom random) {
    int least = options.leastCount();
    int count = least + random.nextInt(options.maxCount() + 1 - least);
    int[] words = roles.scatter(count, options.words(), random);
    return new Example(Arrays.copyOf(words, maxLength()), count, Map.of("count", count));
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
    return Math.max(options.words(), options.padTo());
  }

  /** The vocabulary's size if the head is wide, else one class per count. */
  @Override
  public int classes() {
    return options.wideHead() ? vocabularySize() : options.maxCount() + 1;
  }

  @Override
  public Example example(Split split, long index) {
    return pool.example(split, index);
  }

  /** Which ids are triggers. */
  public Roles roles() {
    return roles;
  }

  /** 1/(C + 1): counts are uniform in 0..C; 1/C where 0 is left out. */
  @Override
  public double chance() {
    return 1.0 / (options.maxCount() + 1 - options.leastCount());
  }

  /** Those of {@link CountTask} at one length where no count is left out: the law is the same. */
  @Override
  public List<Ceiling> ceilings() {
    if (options.ignoreZero()) {
      return List.of(
          new Ceiling("length", chance(), "1/C: there is one length"),
          new Ceiling(
              "first token",
              (1 + (options.maxCount() - 1.0) / options.words()) * chance(),
              "(1 + (C-1)/L) / C: a filler 1, else C"),
          new Ceiling("multiset", 1, "it says how many triggers there are"),
          new Ceiling("Bayes", 1, "the triggers, counted, are never wrong"));
    }
    return new CountTask(
            new CountTask.Options(
                options.vocabulary(),
                options.triggers(),
                options.words(),
                options.words(),
                options.maxCount(),
                options.seed()))
        .ceilings();
  }

  /** As {@link Roles#name}. */
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
   * What a configuration may say; the defaults are the released code's.
   *
   * @param vocabulary at least 3 and, with a wide head, more than {@code maxCount}
   * @param triggers at least 1, leaving a filler
   * @param words in every row
   * @param maxCount at most {@code words}
   * @param samples rows of the pool; 0 switches it off
   * @param trainPercent of the pool's rows
   * @param padTo at least {@code words}, or 0 for none
   * @param wideHead whether there is a class for each token id
   * @param ignoreZero whether rows without a trigger are left out: the released loss and accuracy
   *     ignore them, but for the latent model's
   * @param seed any
   */
  public record Options(
      @Describe("Token ids, padding and triggers included; the words are 1 up. Default 574.")
          Integer vocabulary,
      @Describe("Words that count, at least 1; vocabulary - 2 at most. Default 30.")
          Integer triggers,
      @Describe("Words of an example, 1 to 65536. Default 120.") Integer words,
      @Describe("Largest count, 1 to words. Default 100.") Integer maxCount,
      @Describe("Rows of the finite pool, up to 1000000; 0 draws without end. Default 50000.")
          Integer samples,
      @Describe("Percent of the pool that is train, the rest is test: 1 to 99. Default 70.")
          Integer trainPercent,
      @Describe("Length up to which 0s are tokens that no mask hides; 0 for none. Default 128.")
          Integer padTo,
      @Describe("A class for each token id (true), or one for each count. Default true.")
          Boolean wideHead,
      @Describe("Whether rows with count 0 are left out, as released training does. Default false.")
          Boolean ignoreZero,
      @Describe("The task's seed: draws the triggers, the pool and its split. Default 1.")
          Long seed) {
    /**
     * Puts in defaults, then checks.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public Options {
      vocabulary = vocabulary == null ? 574 : vocabulary;
      triggers = triggers == null ? 30 : triggers;
      words = words == null ? 120 : words;
      maxCount = maxCount == null ? 100 : maxCount;
      samples = samples == null ? 50_000 : samples;
      trainPercent = trainPercent == null ? 70 : trainPercent;
      padTo = padTo == null ? 128 : padTo;
      wideHead = wideHead == null || wideHead;
      ignoreZero = ignoreZero != null && ignoreZero;
      seed = seed == null ? 1L : seed;
      new Range(1, MAX_LENGTH).check("words", words);
      new Range(1, words).check("maxCount", maxCount, ", so that it fits into words");
      new Range(wideHead ? Math.max(3, maxCount + 1) : 3, MAX_VOCABULARY)
          .check("vocabulary", vocabulary, wideHead ? ": the wide head has as many classes" : "");
      new Range(1, vocabulary - 2).check("triggers", triggers, ", so that a filler is left");
      new Range(padTo == 0 ? 0 : words, MAX_LENGTH).check("padTo", padTo, ", or 0 for none");
      new Pool.Size(samples, trainPercent);
    }

    /** All options at their defaults: as released. */
    public static Options defaults() {
      return new Options(null, null, null, null, null, null, null, null, null, null);
    }

    private int leastCount() {
      return ignoreZero ? 1 : 0;
    }

    private Pool.Size pool() {
      return new Pool.Size(samples, trainPercent);
    }
  }

  /** Makes {@code count-as-released} known to {@link io.github.pelab.tasks.Tasks}. */
  public static final class Factory implements TaskFactory<Options> {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String description() {
      return "count as the released code has it: finite pool, padding that is seen, wide head.";
    }

    @Override
    public Class<Options> options() {
      return Options.class;
    }

    @Override
    public Task create(Options options) {
      return new CountAsReleased(options);
    }
  }
}
