package io.github.pelab.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which of two triggers comes first? Both occur once, at two places drawn uniformly, among fillers
 * drawn independently; the label is 0 if TRIGGER1 is the earlier one. Without order nothing tells.
 * The worked example of CONTRIBUTING.md.
 */
public final class WhichFirstTask implements Task {
  private final Options options;
  private final ExampleStreams streams;
  private final Roles roles;

  /** The task with these options. */
  public WhichFirstTask(Options options) {
    this.options = options;
    this.streams = new ExampleStreams("which-first/1", options.seed());
    this.roles = new Roles(options.vocabulary(), 2, streams.shared(0));
  }

  @Override
  public Example example(Split split, long index) {
    SplittableRandom random = streams.example(split, index);
    int[] tokens = new int[options.length()];
    Arrays.setAll(tokens, t -> roles.randomFiller(random));
    int one = random.nextInt(tokens.length);
    int other = (one + 1 + random.nextInt(tokens.length - 1)) % tokens.length;
    tokens[one] = roles.trigger(1);
    tokens[other] = roles.trigger(2);
    return new Example(tokens, one < other ? 0 : 1, Map.of("gap", Math.abs(one - other)));
  }

  @Override
  public List<Ceiling> ceilings() {
    return List.of(
        new Ceiling("multiset", chance(), "both triggers are always there, once"),
        new Ceiling("place of TRIGGER1", fromPlace(), "the other is likelier on its longer side"),
        new Ceiling("Bayes", 1, "the order says it"));
  }

  /** With the one at place i, the other is behind it at L − 1 − i of the L − 1 places left. */
  private double fromPlace() {
    int last = options.length() - 1;
    return IntStream.rangeClosed(0, last)
        .mapToDouble(i -> (double) Math.max(i, last - i) / last)
        .average()
        .orElseThrow();
  }

  @Override
  public String name() {
    return "which-first";
  }

  @Override
  public int vocabularySize() {
    return options.vocabulary();
  }

  @Override
  public int maxLength() {
    return options.length();
  }

  @Override
  public int classes() {
    return 2;
  }

  @Override
  public double chance() {
    return 0.5;
  }

  @Override
  public String tokenName(int token) {
    return roles.name(token);
  }

  /** What a configuration may say. A null takes the default; errors name the option. */
  public record Options(
      @Describe("Token ids, padding and triggers included: 4 to 16777216. Default 32.")
          Integer vocabulary,
      @Describe("Tokens in every example, 2 to 65536. Default 16.") Integer length,
      @Describe("Draws the triggers and the examples of all splits. Default 1.") Long seed) {
    /** Puts in defaults, then checks. */
    public Options {
      vocabulary = vocabulary == null ? 32 : vocabulary;
      length = length == null ? 16 : length;
      seed = seed == null ? 1L : seed;
      new Range(4, MAX_VOCABULARY).check("vocabulary", vocabulary);
      new Range(2, MAX_LENGTH).check("length", length);
    }
  }

  /** Makes {@code which-first} known to {@link Tasks}. */
  public static final class Factory implements TaskFactory<Options> {
    @Override
    public String name() {
      return "which-first";
    }

    @Override
    public String description() {
      return "Which of two triggers comes first.";
    }

    @Override
    public Class<Options> options() {
      return Options.class;
    }

    @Override
    public Task create(Options options) {
      return new WhichFirstTask(options);
    }
  }
}
