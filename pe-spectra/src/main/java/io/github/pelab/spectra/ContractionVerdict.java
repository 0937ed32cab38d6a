package io.github.pelab.spectra;

/** What paired values show of a ratio. {@link Contraction} says by which rule. */
public enum ContractionVerdict {
  /** The whole interval of the geometric mean is below 1 − margin. */
  CONTRACTS,
  /** The whole interval is above 1 + margin. */
  EXPANDS,
  /** The whole interval lies from 1 − margin to 1 + margin. */
  UNCHANGED,
  /** None of these: there are too few pairs, or the ratio is too near to a limit. */
  NO_VERDICT
}
