package io.github.pelab.layers.runtime;

import io.github.pelab.layers.kernel.DropoutPattern;

/** Where a block drops. Each place has a pattern of its own in each pass. */
public enum DropoutSite {
  /** Attention weights, as rows {@code [B·H·T, T]}. */
  WEIGHTS(0),
  /** The attention's output, {@code [B·T, D]}. */
  ATTENTION(1),
  /** The activation between the feed-forward part's maps, {@code [B·T, hidden]}. */
  INNER(2),
  /** The feed-forward part's output, {@code [B·T, D]}. */
  OUTPUT(3);

  private final int number;

  DropoutSite(int number) {
    this.number = number;
  }

  /**
   * The pattern of a place.
   *
   * @param passSeed of the pass
   */
  public DropoutPattern pattern(long passSeed, int block, double rate) {
    return new DropoutPattern(DropoutPattern.seed(passSeed, block, number), rate);
  }
}
