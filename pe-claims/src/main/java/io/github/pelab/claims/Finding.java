package io.github.pelab.claims;

/**
 * What runs say to a statement.
 *
 * @param effect null where there are too few runs
 * @param q the effect's p after Benjamini–Hochberg over the whole ledger; null where there is none
 * @param reason why it is undecided; else empty
 */
public record Finding(
    Statement statement, Effect effect, Double q, Verdict verdict, String reason) {}
