package io.github.pelab.tasks;

import java.util.List;

/**
 * A synthetic classification task over token sequences.
 *
 * <p>{@link #example} is a pure function of (generator, task seed, split, index): no order of
 * calls, number of threads or batch size changes an example. Implementations are immutable and safe
 * for use by several threads; {@link ExampleStreams} provides the randomness.
 */
public interface Task {
  /** The id that pads a batch; no example contains it, unless its task pads on purpose. */
  int PADDING = 0;

  /** The most token ids: they travel as floats, which are exact up to here. */
  int MAX_VOCABULARY = 1 << 24;

  /** The most tokens in an example. */
  int MAX_LENGTH = 1 << 16;

  /** The name under which {@link Tasks} finds it. */
  String name();

  /** The number of token ids, {@link #PADDING} included: ids are 0..vocabularySize − 1. */
  int vocabularySize();

  /** The largest number of tokens in an example. */
  int maxLength();

  /** The number of classes: labels are 0..classes − 1. */
  int classes();

  /**
   * The example at {@code index} of a split.
   *
   * @param index from 0; a split has no end, unless the task says so
   * @throws IllegalArgumentException if {@code index} is out of range
   */
  Example example(Split split, long index);

  /** What is attainable from parts of an example; to be shown beside every accuracy. */
  List<Ceiling> ceilings();

  /** The accuracy of the best constant answer. */
  double chance();

  /**
   * A token's name for previews.
   *
   * @throws IllegalArgumentException if {@code token} is not in the vocabulary
   */
  String tokenName(int token);

  /**
   * What tokens are told apart by where it is shown what attention looks at, in the order in which
   * it is shown: {@code token}, {@code pad}, unless the task knows better.
   */
  default List<String> tokenClasses() {
    return List.of("token", "pad");
  }

  /**
   * A token's class, as an index of {@link #tokenClasses()}.
   *
   * @throws IllegalArgumentException if {@code token} is not in the vocabulary
   */
  default int tokenClass(int token) {
    new Range(PADDING, vocabularySize() - 1).check("token", token);
    return token == PADDING ? 1 : 0;
  }
}
