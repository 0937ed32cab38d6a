package io.github.pelab.claims;

/** Of a statement, and of a claim that rests on statements. */
public enum Verdict {
  CONFIRMED,
  REFUTED,
  /** What was measured does not say. */
  UNDECIDED
}
