package io.github.pelab.layers.fast;

import io.github.pelab.layers.kernel.FeatureKernel;
import java.util.Arrays;
import java.util.Objects;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;

/**
 * The polynomial p of degree g whose largest relative error on [−R, R] is least,
 *
 * <pre>
 *   η = max |p(x) e^(−x) − 1|        over |x| ≤ R
 * </pre>
 *
 * found by Remez' exchange: the functions T_k(x/R) e^(−x) are a Chebyshev system. Attention with p
 * for the exponential has weights within (1 ± η)/(1 ∓ η) of the true ones, so that no number of its
 * output is off by more than 2η/(1 − η) times the largest of the values. Immutable.
 */
public final class ExpPolynomial {
  /** Beyond, what the largest logits cost in precision is more than any polynomial gains. */
  static final double LARGEST_BOUND = 16;

  /** More has no use in double precision. */
  public static final int HIGHEST_DEGREE = 40;

  private static final int EXCHANGES = 40;

  /** Places that the error is looked at, a degree and two. */
  private static final int DENSITY = 64;

  /** How much more than at the places looked at the error may be between them: less than this. */
  private static final double BETWEEN = 1.001;

  private static final double LEAST_ERROR = 1e-12;
  private static final double USELESS = 0.5;

  /** Of a weight, relative. */
  private static final double MOST_ROUNDING = 0.02;

  /** What remains of an error for rounding. */
  private static final double ROUNDING = 1e-14;

  private final double bound;
  private final double[] coefficients;
  private final double error;

  private ExpPolynomial(double bound, double[] coefficients) {
    this.bound = bound;
    this.coefficients = coefficients;
    int degree = coefficients.length - 1;
    double largest = ROUNDING;
    for (double x : places(degree, bound * LogitBound.ROUNDED)) {
      largest = Math.max(largest, Math.abs(value(x) * Math.exp(-x) - 1));
    }
    error = BETWEEN * largest;
  }

  /**
   * The best of a degree.
   *
   * @param degree g, at least 1
   * @param bound R, above 0
   * @throws IllegalArgumentException if there is none whose error is below a half: attention with
   *     it could be off by as much as any two outputs can differ
   */
  public static ExpPolynomial ofDegree(int degree, double bound) {
    if (degree < 1 || degree > HIGHEST_DEGREE) {
      throw new IllegalArgumentException(
          "degree must be from 1 to %d, found %d".formatted(HIGHEST_DEGREE, degree));
    }
    checkBound(bound);
    ExpPolynomial best = new ExpPolynomial(bound, nearest(degree, bound));
    if (!best.isOfUse()) {
      throw new IllegalArgumentException(
          "no polynomial of degree %d comes within half of the exponential on [-%s, %s]; take a higher degree, or a lower bound"
              .formatted(degree, bound, bound));
    }
    return best;
  }

  /** Whether the best of a degree has an error below a half, see {@link #ofDegree}. */
  public static boolean isOfUse(int degree, double bound) {
    return new ExpPolynomial(bound, nearest(degree, bound)).isOfUse();
  }

  private boolean isOfUse() {
    return error < USELESS;
  }

  /**
   * The one of the least degree whose error is {@code error} at most.
   *
   * @param error wanted of η, below a half
   * @param bound R, above 0
   */
  public static ExpPolynomial ofError(double error, double bound) {
    if (!(error >= LEAST_ERROR && error < USELESS)) {
      throw new IllegalArgumentException(
          "error must be from %s to below %s, found %s".formatted(LEAST_ERROR, USELESS, error));
    }
    checkBound(bound);
    for (int degree = 1; degree <= HIGHEST_DEGREE; degree++) {
      ExpPolynomial best = new ExpPolynomial(bound, nearest(degree, bound));
      if (best.error() <= error) {
        return best;
      }
    }
    throw new IllegalArgumentException(
        "no degree up to %d brings the error on [-%s, %s] down to %s; allow more, or take a lower bound"
            .formatted(HIGHEST_DEGREE, bound, bound, error));
  }

  private static void checkBound(double bound) {
    if (!(bound > 0 && bound <= LARGEST_BOUND)) {
      throw new IllegalArgumentException(
          "bound must be above 0, at most %s, found %s".formatted(LARGEST_BOUND, bound));
    }
  }

  /** g. */
  public int degree() {
    return coefficients.length - 1;
  }

  /** R. */
  public double bound() {
    return bound;
  }

  /** p_0 to p_g, by powers of x/R: p(x) = Σ p_m (x/R)^m. */
  public double[] coefficients() {
    return coefficients.clone();
  }

  /** η. */
  public double error() {
    return error;
  }

  /** 2η/(1 − η): what no output is off by more than, in units of the largest value. */
  public double outputError() {
    return 2 * error / (1 - error);
  }

  /**
   * The same in arithmetic that rounds: powers of a logit near −R, of the size of e^R, add up to
   * e^(−R).
   *
   * @param roundoff of a sum, relative: see {@link FeatureKernel#roundoff}
   */
  public double outputError(double roundoff) {
    double rounded = error + rounding(roundoff);
    return rounded < 1 ? 2 * rounded / (1 - rounded) : Double.POSITIVE_INFINITY;
  }

  /**
   * Refuses a precision that is too low for the bound.
   *
   * @param roundoff of a sum, relative: see {@link FeatureKernel#roundoff}
   * @throws IllegalArgumentException that says which bound it would do for
   */
  public void requirePrecision(double roundoff) {
    if (rounding(roundoff) > MOST_ROUNDING) {
      throw new IllegalArgumentException(
          "fast attention: bound %s is too large for sums that are rounded by %.1e; give %.1f at most, or take double precision"
              .formatted(bound, roundoff, Math.floor(5 * Math.log(MOST_ROUNDING / roundoff)) / 10));
    }
  }

  /** What rounding may make of a weight, relative. */
  double rounding(double roundoff) {
    return roundoff * Math.exp(2 * bound);
  }

  /** p(x). */
  public double value(double x) {
    double value = 0;
    for (int m = degree(); m >= 0; m--) {
      value = value * (x / bound) + coefficients[m];
    }
    return value;
  }

  /** p'(x). */
  public double slope(double x) {
    double slope = 0;
    for (int m = degree(); m >= 1; m--) {
      slope = slope * (x / bound) + m * coefficients[m];
    }
    return slope / bound;
  }

  /** There is one of each degree and bound. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ExpPolynomial polynomial
        && polynomial.degree() == degree()
        && polynomial.bound == bound;
  }

  @Override
  public int hashCode() {
    return Objects.hash(degree(), bound);
  }

  /** Coefficients by powers of x/R. */
  private static double[] nearest(int degree, double bound) {
    double[] extremes = new double[degree + 2];
    for (int i = 0; i < extremes.length; i++) {
      extremes[i] = -Math.cos(Math.PI * i / (degree + 1));
    }
    double[] places = places(degree, 1);
    double[] chebyshev = new double[degree + 1];
    double last = Double.POSITIVE_INFINITY;
    for (int exchange = 0; exchange < EXCHANGES; exchange++) {
      double[] solved = levelled(degree, bound, extremes);
      double[] errors = new double[places.length];
      double largest = 0;
      for (int i = 0; i < places.length; i++) {
        errors[i] = sum(solved, places[i]) * Math.exp(-bound * places[i]) - 1;
        largest = Math.max(largest, Math.abs(errors[i]));
      }
      if (!(largest < last * (1 - 1e-6))) {
        break; // no better: levelled, or as level as rounding lets it be
      }
      last = largest;
      chebyshev = solved;
      if (!exchange(places, errors, extremes)) {
        break;
      }
    }
    return powers(chebyshev);
  }

  /** Coefficients by T_k of a polynomial whose error is ±E, by turns, at the places. */
  private static double[] levelled(int degree, double bound, double[] at) {
    double[][] system = new double[degree + 2][degree + 2];
    for (int i = 0; i < at.length; i++) {
      double weight = Math.exp(-bound * at[i]);
      for (int k = 0; k <= degree; k++) {
        system[i][k] = weight * Math.cos(k * Math.acos(at[i]));
      }
      system[i][degree + 1] = i % 2 == 0 ? 1 : -1;
    }
    double[] ones = new double[degree + 2];
    Arrays.fill(ones, 1);
    double[] solved =
        new LUDecomposition(new Array2DRowRealMatrix(system, false), 0)
            .getSolver()
            .solve(new ArrayRealVector(ones, false))
            .toArray();
    return Arrays.copyOf(solved, degree + 1);
  }

  /**
   * Moves each place to where the error of its sign is largest.
   *
   * @return whether the error changes its sign often enough: rounding may be all that is left of it
   */
  private static boolean exchange(double[] places, double[] errors, double[] extremes) {
    double[] found = new double[places.length];
    int count = 0;
    int best = 0;
    for (int i = 1; i < places.length; i++) {
      if (errors[i] * errors[best] < 0) {
        found[count++] = places[best];
        best = i;
      } else if (Math.abs(errors[i]) > Math.abs(errors[best])) {
        best = i;
      }
    }
    found[count++] = places[best];
    if (count != extremes.length) {
      return false;
    }
    System.arraycopy(found, 0, extremes, 0, count);
    return true;
  }

  /** On [−bound, bound], densest at its ends, as the extremes of an error are. */
  private static double[] places(int degree, double bound) {
    int count = DENSITY * (degree + 2);
    double[] places = new double[count + 1];
    for (int i = 0; i <= count; i++) {
      places[i] = -bound * Math.cos(Math.PI * i / count);
    }
    return places;
  }

  private static double sum(double[] chebyshev, double t) {
    double angle = Math.acos(t);
    double sum = 0;
    for (int k = 0; k < chebyshev.length; k++) {
      sum += chebyshev[k] * Math.cos(k * angle);
    }
    return sum;
  }

  /** From T_k to powers. */
  private static double[] powers(double[] chebyshev) {
    int terms = chebyshev.length;
    double[] powers = new double[terms];
    double[] before = new double[terms]; // T_(k−1)
    double[] now = new double[terms]; // T_k
    now[0] = 1;
    for (int k = 0; k < terms; k++) {
      for (int m = 0; m < terms; m++) {
        powers[m] += chebyshev[k] * now[m];
      }
      double[] next = new double[terms];
      for (int m = 0; m < terms; m++) {
        next[m] = (m > 0 ? (k == 0 ? 1 : 2) * now[m - 1] : 0) - (k == 0 ? 0 : before[m]);
      }
      before = now;
      now = next;
    }
    return powers;
  }
}
