package io.github.pelab.layers.runtime;

/** What replaces heads' outputs. */
@FunctionalInterface
public interface HeadValues {
  /** Nothing. */
  HeadValues NONE = (block, head) -> null;

  /**
   * Rows of K numbers that are dealt out to the B·T tokens of a batch, and again from the first
   * when they are used up; null for a head that is not replaced.
   */
  double[] of(int block, int head);
}
