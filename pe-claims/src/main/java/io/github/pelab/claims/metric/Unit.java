package io.github.pelab.claims.metric;

/** What a metric's numbers are written in. */
public enum Unit {
  /** A part of a whole, which is kept from 0 to 1. */
  PERCENT(100, "%", "points"),
  EXAMPLES(1, "examples", "examples"),
  UPDATES(1, "updates", "updates"),
  NATS(1, "nats", "nats"),
  NUMBER(1, "", "");

  private final int factor;
  private final String ofLevel;
  private final String ofDifference;

  Unit(int factor, String ofLevel, String ofDifference) {
    this.factor = factor;
    this.ofLevel = ofLevel;
    this.ofDifference = ofDifference;
  }

  /** What a number that is kept is multiplied by. */
  public int factor() {
    return factor;
  }

  /** What stands behind a number; empty for nothing. */
  public String ofLevel() {
    return ofLevel;
  }

  /** What stands behind the difference of two. */
  public String ofDifference() {
    return ofDifference;
  }
}
