package io.github.pelab.claims;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What runs say to a statement.
 *
 * @param each by seed the numbers that the effect is a mean of; of a fraction, 1 for yes and 0 for
 *     no; of a correlation, nothing
 * @param effect null where there are too few runs
 * @param q the effect's p after Benjamini–Hochberg over the whole ledger; null where there is none
 * @param reason why it is undecided; else empty
 */
public record Finding(
    Statement statement,
    Map<Long, Double> each,
    Effect effect,
    Double q,
    Verdict verdict,
    String reason) {
  public Finding {
    each = Collections.unmodifiableMap(new TreeMap<>(each));
  }
}
