package io.github.pelab.tasks;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which words are triggers and which are fillers. The words are the ids 1..vocabulary − 1; {@link
 * Task#PADDING} is none. Immutable.
 */
public final class Roles {
  private static final String FILLER = "filler";
  private static final String PAD = "pad";

  /** Triggers first, then fillers. */
  private final int[] words;

  private final int triggers;

  /**
   * Roles drawn at random, all assignments equally likely.
   *
   * @param vocabulary token ids, padding included
   * @param triggers how many of the words are triggers
   * @param random for what all splits share
   */
  public Roles(int vocabulary, int triggers, SplittableRandom random) {
    this.words = Permutation.ofRange(1, vocabulary, random);
    this.triggers = triggers;
  }

  /** How many words there are: triggers and fillers. */
  public int words() {
    return words.length;
  }

  /** The id of a trigger, numbered from 1. */
  public int trigger(int number) {
    return words[number - 1];
  }

  /** Whether the id is a trigger's. */
  public boolean isTrigger(int token) {
    return number(token) > 0;
  }

  /** A word, be it trigger or filler, all equally likely. */
  public int randomWord(SplittableRandom random) {
    return words[random.nextInt(words.length)];
  }

  /** A filler, all equally likely. */
  public int randomFiller(SplittableRandom random) {
    return words[random.nextInt(triggers, words.length)];
  }

  /**
   * A sequence with so many triggers, each of them and each filler drawn independently. All C(n, k)
   * sets of k places among n are equally likely: where k triggers are wanted in n places, the first
   * place gets one with probability k/n, whereupon the rest is the same question again.
   */
  public int[] scatter(int triggersWanted, int length, SplittableRandom random) {
    int[] tokens = new int[length];
    int wanted = triggersWanted;
    for (int i = 0; i < length; i++) {
      if (random.nextInt(length - i) < wanted) {
        tokens[i] = words[random.nextInt(triggers)];
        wanted--;
      } else {
        tokens[i] = randomFiller(random);
      }
    }
    return tokens;
  }

  /**
   * {@code PAD}, {@code TRIGGER} and its number, or {@code w} and the id.
   *
   * @throws IllegalArgumentException if {@code token} is not in the vocabulary
   */
  public String name(int token) {
    check(token);
    if (token == Task.PADDING) {
      return "PAD";
    }
    int number = number(token);
    return number > 0 ? "TRIGGER" + number : "w" + token;
  }

  /** The classes of tokens where all triggers mean the same: trigger, filler, pad. */
  public List<String> classes() {
    return List.of("trigger", FILLER, PAD);
  }

  /**
   * A token's class, as an index of {@link #classes()}.
   *
   * @throws IllegalArgumentException if {@code token} is not in the vocabulary
   */
  public int classOf(int token) {
    int numbered = numberedClassOf(token);
    return numbered < triggers ? 0 : numbered - triggers + 1;
  }

  /** The classes of tokens where each trigger has its own meaning: trigger 1, …, filler, pad. */
  public List<String> numberedClasses() {
    return Stream.concat(
            IntStream.rangeClosed(1, triggers).mapToObj(number -> "trigger " + number),
            Stream.of(FILLER, PAD))
        .toList();
  }

  /**
   * A token's class, as an index of {@link #numberedClasses()}.
   *
   * @throws IllegalArgumentException if {@code token} is not in the vocabulary
   */
  public int numberedClassOf(int token) {
    check(token);
    int number = number(token);
    if (number > 0) {
      return number - 1;
    }
    return token == Task.PADDING ? triggers + 1 : triggers;
  }

  private void check(int token) {
    new Range(Task.PADDING, words.length).check("token", token);
  }

  /** The trigger's number, or 0 if the token is none. */
  private int number(int token) {
    for (int i = 0; i < triggers; i++) {
      if (words[i] == token) {
        return i + 1;
      }
    }
    return 0;
  }
}
