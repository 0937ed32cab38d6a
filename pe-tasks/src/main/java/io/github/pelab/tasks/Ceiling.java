package io.github.pelab.tasks;

/**
 * The best accuracy that any predictor can reach from part of an example: Σₓ max over c of P(part =
 * x, class = c).
 *
 * @param from what the predictor sees, for instance {@code length}
 * @param accuracy in 0..1
 * @param how why it is so, or how it was computed
 */
public record Ceiling(String from, double accuracy, String how) {}
