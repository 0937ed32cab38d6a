package io.github.pelab.spectra;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The symbol f(θ) = Σ_r t_r e^(irθ) of an infinite symmetric sequence by lag, in closed form: real
 * and even. By Szegő's theorem the eigenvalues of the n × n Toeplitz matrices of a summable
 * sequence lie within the range of f and are distributed, as n grows, as f is over uniform θ.
 *
 * <p>A sequence that is not summable may still have a <em>generalised</em> symbol: the limit of the
 * sums damped by e^(−ε|r|), which exists at every θ but 0. It tells where the bulk of the
 * eigenvalues lies and nothing of the extremes, which then grow with n: the part of the sequence
 * that the limit puts at θ = 0 alone (a constant added to the sequence leaves the generalised
 * symbol as it is) goes into one or a few of them.
 *
 * <p>A rotation, e^(iθ₀r), has no symbol that is a function, not even a generalised one: it is the
 * Dirac mass 2πδ(θ − θ₀), and cos θ₀r two of half the mass at ±θ₀. Its Toeplitz matrix has one
 * eigenvalue n (two that add up to n), all others are 0, and Szegő's theorem says nothing of it.
 *
 * <p>Source: Grenander and Szegő (1958), <em>Toeplitz Forms and Their Applications</em>.
 */
public final class Symbol {
  /**
   * The integrand of {@link #logarithmic} is analytic in a strip of half-width π/2 around the real
   * line, so that the trapezoidal rule errs by about e^(−π²/step).
   */
  private static final double STEP = 0.2;

  /** e^−40 is less than a double's rounding. */
  private static final double NEGLIGIBLE = 40;

  private final DoubleUnaryOperator value;
  private final boolean generalised;

  private Symbol(DoubleUnaryOperator value, boolean generalised) {
    this.value = value;
    this.generalised = generalised;
  }

  /**
   * Of t_r = e^(−m|r|): sinh m / (cosh m − cos θ), a geometric series.
   *
   * @param m above 0
   */
  public static Symbol exponential(double m) {
    Shape.requirePositive("m", m);
    return new Symbol(theta -> poisson(m, theta), false);
  }

  /**
   * Of ALiBi's t_r = −m|r|: m / (1 − cos θ), generalised. As Σ|r|e^(−ε|r|)e^(irθ) = −d/dε of {@link
   * #exponential}'s with m = ε, which tends to −1 / (1 − cos θ).
   *
   * @param m above 0
   */
  public static Symbol linear(double m) {
    Shape.requirePositive("m", m);
    return new Symbol(
        theta -> {
          double sine = Math.sin(theta / 2);
          return m / (2 * sine * sine);
        },
        true);
  }

  /**
   * Of logarithmic KERPLE's t_r = −a log(1 + b|r|), generalised. As log(1 + x) = ∫ (1 − e^(−xs))
   * e^(−s)/s ds over s from 0 to ∞, it is a mixture of {@link #exponential}'s,
   *
   * <pre>
   *   f(θ) = a ∫ e^(−s)/s · sinh bs / (cosh bs − cos θ) ds
   * </pre>
   *
   * which near 0 goes as aπ/|θ|, whatever b is. The integral is taken numerically, over log s.
   *
   * @param a above 0
   * @param b above 0
   */
  public static Symbol logarithmic(double a, double b) {
    Shape.requirePositive("a", a);
    Shape.requirePositive("b", b);
    return new Symbol(
        theta -> {
          double first = Math.log(2 * Math.abs(Math.sin(theta / 2)) / b) - NEGLIGIBLE;
          double last = Math.log(NEGLIGIBLE);
          int steps = (int) Math.ceil((last - first) / STEP);
          double sum = 0;
          for (int step = 0; step <= steps; step++) {
            double s = Math.exp(first + step * STEP);
            sum += Math.exp(-s) * poisson(b * s, theta);
          }
          return a * STEP * sum;
        },
        true);
  }

  /** sinh x / (cosh x − cos θ), written so that neither a small x nor a large one loses digits. */
  private static double poisson(double x, double theta) {
    double sine = Math.sin(theta / 2);
    double decay = Math.expm1(-x);
    return -Math.expm1(-2 * x) / (decay * decay + 4 * Math.exp(-x) * sine * sine);
  }

  /** Whether the sequence is not summable, so that this tells of the bulk alone. */
  public boolean generalised() {
    return generalised;
  }

  /** f(θ), at θ in radians; infinite at 0 if generalised. All here fall from 0 to π. */
  public double at(double theta) {
    return generalised && Math.sin(theta / 2) == 0
        ? Double.POSITIVE_INFINITY
        : value.applyAsDouble(theta);
  }

  /** The least value, f(π). */
  public double infimum() {
    return at(Math.PI);
  }

  /** The greatest value, f(0); infinite if generalised. */
  public double supremum() {
    return at(0);
  }

  /**
   * {@code count} quantiles, ascending: f at the midpoints of as many equal parts of 0 to π.
   *
   * @param count above 0
   */
  public double[] quantiles(int count) {
    Shape.requirePositive("count", count);
    double[] quantiles = new double[count];
    Arrays.setAll(quantiles, k -> at(Math.PI * (k + 0.5) / count));
    Arrays.sort(quantiles);
    return quantiles;
  }
}
