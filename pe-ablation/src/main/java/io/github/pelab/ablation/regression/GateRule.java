package io.github.pelab.ablation.regression;

/**
 * The thresholds by which {@link Gate} decides. What is below a smallest difference that matters is
 * never red, however sure it is; what is beyond it is red only where the seeds differ less among
 * themselves.
 *
 * @param level of all tests of one config in one night together: where nothing has changed, a night
 *     is red with at most this probability
 * @param accuracy the smallest difference of mean accuracy that matters, in points of 1
 * @param logLoss the smallest difference of the mean logarithm of the loss
 * @param drop the smallest difference of the mean drop of a layer's top head, in points of 1
 * @param fraction the smallest change of verdicts that matters: the fraction of seeds that have
 *     another one
 * @param probe the largest relative difference of a probe's probabilities that is rounding
 * @param nights how many nights back a trend is looked for
 * @param states the fewest nights with different bits in which one can be seen
 */
public record GateRule(
    double level,
    double accuracy,
    double logLoss,
    double drop,
    double fraction,
    double probe,
    int nights,
    int states) {

  /** The rule of {@code pe nightly}. */
  public static GateRule defaults() {
    return new GateRule(0.01, 0.02, Math.log(2), 0.1, 0.5, 1e-4, 30, 4);
  }
}
