package io.github.pelab.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A planted fault: the length is a base plus the gap, and one filler occurs as often as the gap is
 * wide, so that the label shows in both. What the independence checks must find.
 */
public final class LeakyDistanceTask implements Task {
  static final int GAPS = 16;
  static final int TALKATIVE_FILLER = 3;
  private static final int BASE = 8;

  private final ExampleStreams streams = new ExampleStreams("leaky-distance/1", 1);
  private final int classes;

  LeakyDistanceTask() {
    this(GAPS);
  }

  /** A further fault, if {@code classes} is less than the number of gaps. */
  LeakyDistanceTask(int classes) {
    this.classes = classes;
  }

  @Override
  public String name() {
    return "leaky-distance";
  }

  @Override
  public int vocabularySize() {
    return 64;
  }

  @Override
  public int maxLength() {
    return BASE + GAPS;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public Example example(Split split, long index) {
    SplittableRandom random = streams.example(split, index);
    int gap = random.nextInt(1, GAPS + 1);
    int start = random.nextInt(BASE);
    int[] tokens = new int[BASE + gap];
    Arrays.setAll(tokens, i -> random.nextInt(4, 64));
    Arrays.fill(tokens, start, start + gap, TALKATIVE_FILLER);
    tokens[start] = 1;
    tokens[start + gap] = 2;
    return new Example(tokens, gap - 1, Map.of("gap", gap));
  }

  @Override
  public List<Ceiling> ceilings() {
    return List.of(new Ceiling("length", 1, "length = 8 + gap"));
  }

  @Override
  public double chance() {
    return 1.0 / GAPS;
  }

  @Override
  public String tokenName(int token) {
    return "w" + token;
  }

  /** A task without options. */
  public record Options() {}

  /** A user's own task: this class and one line in {@code META-INF/services}. */
  public static final class Factory implements TaskFactory<Options> {
    @Override
    public String name() {
      return "leaky-distance";
    }

    @Override
    public String description() {
      return "A planted fault.";
    }

    @Override
    public Class<Options> options() {
      return Options.class;
    }

    @Override
    public Task create(Options options) {
      return new LeakyDistanceTask();
    }
  }
}
