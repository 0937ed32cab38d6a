package io.github.pelab.tasks;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** One labelled token sequence, immutable. Equal if tokens, label and slices are. */
public final class Example {
  private final int[] tokens;
  private final int label;
  private final Map<String, Integer> slices;

  /**
   * Copies what it is given.
   *
   * @param tokens ids in order; batches add {@link Task#PADDING}, an example need not
   * @param label the class, from 0
   * @param slices slice name to value, in the order in which reports show them
   */
  public Example(int[] tokens, int label, Map<String, Integer> slices) {
    this.tokens = tokens.clone();
    this.label = label;
    this.slices = Collections.unmodifiableMap(new LinkedHashMap<>(slices));
  }

  /** The token ids, as a copy. */
  public int[] tokens() {
    return tokens.clone();
  }

  /** The number of tokens. */
  public int length() {
    return tokens.length;
  }

  /** Writes the token ids to {@code target} from {@code offset} on. */
  public void copyTokens(float[] target, int offset) {
    for (int i = 0; i < tokens.length; i++) {
      target[offset + i] = tokens[i];
    }
  }

  /** The class, from 0. */
  public int label() {
    return label;
  }

  /** Slice name to value, unmodifiable; the same names for every example of a task. */
  public Map<String, Integer> slices() {
    return slices;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Example that
        && label == that.label
        && Arrays.equals(tokens, that.tokens)
        && slices.equals(that.slices);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + label;
  }

  @Override
  public String toString() {
    return "label " + label + ", " + slices + ", tokens " + Arrays.toString(tokens);
  }
}
