package io.github.pelab.ablation;

import io.github.pelab.tasks.Ceiling;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.ExampleStreams;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Which of four signals occurs? One token among fillers says the class. Each class has two such
 * tokens, of kind 0 and of kind 1, so that a network can be given a head for either.
 *
 * @param kinds the kind of signal in each split
 */
record SignalTask(Map<Split, Integer> kinds) implements Task {
  static final int CLASSES = 4;
  private static final int KINDS = 2;
  private static final int FILLERS = 3;
  private static final int MIN_LENGTH = 4;
  private static final int MAX_LENGTH = 7;

  /** Kind 0 everywhere. */
  static SignalTask plain() {
    return new SignalTask(Map.of(Split.TRAIN, 0, Split.VALIDATION, 0, Split.TEST, 0));
  }

  static int signal(int kind, int label) {
    return 1 + kind * CLASSES + label;
  }

  @Override
  public String name() {
    return "signal";
  }

  @Override
  public int vocabularySize() {
    return 1 + KINDS * CLASSES + FILLERS;
  }

  @Override
  public int maxLength() {
    return MAX_LENGTH;
  }

  @Override
  public int classes() {
    return CLASSES;
  }

  @Override
  public Example example(Split split, long index) {
    SplittableRandom random = new ExampleStreams("signal/1", 1).example(split, index);
    int[] tokens = new int[random.nextInt(MIN_LENGTH, MAX_LENGTH + 1)];
    for (int t = 0; t < tokens.length; t++) {
      tokens[t] = random.nextInt(1 + KINDS * CLASSES, vocabularySize());
    }
    int label = random.nextInt(CLASSES);
    tokens[random.nextInt(tokens.length)] = signal(kinds.get(split), label);
    return new Example(tokens, label, Map.of("length", tokens.length));
  }

  @Override
  public List<Ceiling> ceilings() {
    return List.of(new Ceiling("Bayes", 1, "the signal says it"));
  }

  @Override
  public double chance() {
    return 1.0 / CLASSES;
  }

  @Override
  public String tokenName(int token) {
    return "w" + token;
  }
}
