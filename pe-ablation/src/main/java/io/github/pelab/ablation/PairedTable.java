package io.github.pelab.ablation;

import io.github.pelab.ablation.AblationRow.Interval;
import java.util.BitSet;
import org.apache.commons.statistics.inference.BinomialTest;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;

/**
 * The same examples answered twice, by the whole model and by the ablated one.
 *
 * @param both right both times
 * @param lost right only in the whole model: what the ablated heads were good for
 * @param gained right only in the ablated model
 * @param neither wrong both times
 */
public record PairedTable(int both, int lost, int gained, int neither) {

  public PairedTable {
    if (both < 0 || lost < 0 || gained < 0 || neither < 0 || both + lost + gained + neither < 1) {
      throw new IllegalArgumentException(
          "both, lost, gained, neither: %d, %d, %d, %d; give counts from 0 on, not all of them 0"
              .formatted(both, lost, gained, neither));
    }
  }

  /** Counts two evaluations of the same examples. */
  public static PairedTable of(Outcomes whole, Outcomes ablated) {
    HeadOutcomes.requirePaired("ablated", whole, ablated);
    BitSet bothRight = whole.right();
    bothRight.and(ablated.right());
    int both = bothRight.cardinality();
    int lost = whole.correct() - both;
    int gained = ablated.correct() - both;
    return new PairedTable(both, lost, gained, whole.total() - both - lost - gained);
  }

  /** n, the number of examples. */
  public int total() {
    return both + lost + gained + neither;
  }

  /** lost − gained, the drop in examples. */
  public int netLoss() {
    return lost - gained;
  }

  /** The drop in accuracy, (lost − gained) / n, in points of 1. */
  public double difference() {
    return (double) netLoss() / total();
  }

  /**
   * The exact McNemar test, two-sided: under the null each discordant example is as likely lost as
   * gained, so that lost is binomial with lost + gained trials and probability ½. p = 1 where no
   * example is discordant.
   *
   * <p>McNemar (1947), <em>Psychometrika</em> 12, 153–157.
   */
  public double mcNemarP() {
    int discordant = lost + gained;
    return discordant == 0
        ? 1
        : BinomialTest.withDefaults().test(discordant, lost, 0.5).getPValue();
  }

  /**
   * Newcombe's interval for the drop in accuracy, his method 10: with Wilson limits (l₁, u₁) of the
   * whole model's accuracy p₁ and (l₂, u₂) of the ablated model's p₂, and D = p₁ − p₂,
   *
   * <pre>
   * lower = D − √((p₁ − l₁)² − 2φ(p₁ − l₁)(u₂ − p₂) + (u₂ − p₂)²)
   * upper = D + √((p₂ − l₂)² − 2φ(p₂ − l₂)(u₁ − p₁) + (u₁ − p₁)²)
   * </pre>
   *
   * <p>φ is the table's correlation with the published continuity correction: its numerator both ·
   * neither − lost · gained, where positive, is brought n/2 nearer to 0, but not beyond; where a
   * margin is empty, φ = 0. The Wilson limits themselves are not corrected.
   *
   * <p>Newcombe (1998), <em>Statistics in Medicine</em> 17, 2635–2650.
   */
  public Interval newcombe(double confidence) {
    int n = total();
    double p1 = (double) (both + lost) / n;
    double p2 = (double) (both + gained) / n;
    Interval wilson1 = wilson(both + lost, n, confidence);
    Interval wilson2 = wilson(both + gained, n, confidence);
    double phi = correctedPhi();
    return new Interval(
        p1 - p2 - thirdSide(p1 - wilson1.lower(), wilson2.upper() - p2, phi),
        p1 - p2 + thirdSide(p2 - wilson2.lower(), wilson1.upper() - p1, phi));
  }

  /**
   * Wilson's score interval for a single proportion.
   *
   * <p>Wilson (1927), <em>JASA</em> 22, 209–212.
   */
  public static Interval wilson(int successes, int trials, double confidence) {
    var interval =
        BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(trials, successes, 1 - confidence);
    return new Interval(interval.getLowerBound(), interval.getUpperBound());
  }

  private double correctedPhi() {
    double margins =
        Math.sqrt((double) (both + lost) * (gained + neither))
            * Math.sqrt((double) (both + gained) * (lost + neither));
    double numerator = (double) both * neither - (double) lost * gained;
    double corrected = numerator > 0 ? Math.max(0, numerator - total() / 2.0) : numerator;
    return margins == 0 ? 0 : corrected / margins;
  }

  /** The third side of a triangle whose sides a and b enclose an angle with cosine phi. */
  private static double thirdSide(double a, double b, double phi) {
    return Math.sqrt(a * a - 2 * phi * a * b + b * b);
  }
}
