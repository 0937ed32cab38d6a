/**
 * The ledger: what is claimed, what was measured, and whether it holds.
 *
 * <p>A {@link io.github.pelab.claims.Claim} is a YAML file, written before its runs: sentence,
 * source, {@link io.github.pelab.claims.Statement}s, and the rule that makes one {@link
 * io.github.pelab.claims.Verdict} of theirs. {@link io.github.pelab.claims.Evidence} is the rows
 * that are kept of its runs, and {@link io.github.pelab.claims.Ledger} turns all claims' evidence
 * into verdicts: a pure function, so that anyone can do it again.
 *
 * <p>Nothing here trains, ablates or draws.
 */
package io.github.pelab.claims;
