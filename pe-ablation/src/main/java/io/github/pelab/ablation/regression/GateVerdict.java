package io.github.pelab.ablation.regression;

/** What the gate says of one thing that it looked at, or of a night. */
public enum GateVerdict {
  /** As it was, or no evidence against that from a test that could have given it. */
  PASS("PASS"),
  /** Something is other than it was. */
  REGRESSION("REGRESSION"),
  /** There is nothing to compare with, or too little for a test to show anything. */
  NO_VERDICT("NO VERDICT");

  private final String text;

  GateVerdict(String text) {
    this.text = text;
  }

  /** As reports have it. */
  public String text() {
    return text;
  }
}
