package io.github.pelab.layers.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The monomials in d variables of every degree up to g, in an order in which each is a variable
 * times an earlier one and neighbours are made of neighbours. Immutable.
 *
 * <p>Degree after degree; within a degree, by the first variable v that occurs: those are x_v times
 * all monomials one degree lower in which no variable before v occurs, and these are the end of
 * that degree. So a degree is made in d {@linkplain Run runs}, each a factor times a stretch.
 */
public final class Monomials {
  /** A thread holds some hundred numbers for each. */
  private static final int MOST = 1 << 19;

  private final int variables;
  private final int degree;
  private final int count;
  private final List<Run> runs = new ArrayList<>();
  private final double[] orders;

  /**
   * Monomials {@code [child, child + count)} are variable {@code variable} times {@code [parent,
   * parent + count)}.
   *
   * @param degree of the children
   */
  public record Run(int degree, int variable, int parent, int child, int count) {}

  private Monomials(int variables, int degree) {
    this.variables = variables;
    this.degree = degree;
    count = (int) count(variables, degree);
    orders = new double[count];
    orders[0] = 1;
    // Of the first variable of each monomial: how often it occurs.
    int[] first = new int[count];
    int[] starts = new int[variables]; // of the degree below, by first variable
    int end = 1;
    for (int m = 1; m <= degree; m++) {
      int below = end;
      int[] children = new int[variables];
      for (int v = 0; v < variables; v++) {
        children[v] = end;
        int sameFirst = v + 1 < variables ? starts[v + 1] : below;
        for (int parent = starts[v]; parent < below; parent++, end++) {
          first[end] = m > 1 && parent < sameFirst ? first[parent] + 1 : 1;
          orders[end] = orders[parent] * m / first[end];
        }
        runs.add(new Run(m, v, starts[v], children[v], end - children[v]));
      }
      starts = children;
    }
  }

  /**
   * The monomials in {@code variables} variables, of degree {@code degree} at most.
   *
   * @throws IllegalArgumentException if there are none, or more than a machine can work with
   */
  public static Monomials of(int variables, int degree) {
    require(variables, degree);
    return new Monomials(variables, degree);
  }

  /**
   * Refuses what {@link #of} does.
   *
   * @throws IllegalArgumentException if there are none, or more than a machine can work with
   */
  public static void require(int variables, int degree) {
    if (variables < 1 || degree < 1) {
      throw new IllegalArgumentException(
          "monomials need a variable and a degree, found %d variables and degree %d"
              .formatted(variables, degree));
    }
    if (!(count(variables, degree) <= MOST)) {
      throw new IllegalArgumentException(
          "%.3g monomials in %d variables up to degree %d, of which %,d can be worked with; take a lower degree, or smaller heads"
              .formatted(count(variables, degree), variables, degree, MOST));
    }
  }

  /** How many there are: d + g over g. */
  public static double count(int variables, int degree) {
    double count = 1;
    for (int m = 1; m <= degree; m++) {
      count = count * (variables + m) / m;
    }
    return Math.rint(count);
  }

  /** d. */
  public int variables() {
    return variables;
  }

  /** g. */
  public int degree() {
    return degree;
  }

  /** How many there are, the constant 1 at place 0. */
  public int count() {
    return count;
  }

  /** How many there are below degree g. */
  public int below() {
    return runs.get(runs.size() - variables).child();
  }

  /** What makes them all of the constant, in order. */
  public List<Run> runs() {
    return List.copyOf(runs);
  }

  /**
   * The weights with which monomials in x and in y make up a polynomial of their product: for p(t)
   * = Σ p_m t^m,
   *
   * <pre>
   *   p(x · y) = Σ_c weight_c x^c y^c            weight_c = p_|c| |c|! / Π_v c_v!
   * </pre>
   *
   * @param coefficients p_0 to p_g
   */
  public double[] weights(double[] coefficients) {
    double[] weights = orders.clone();
    weights[0] *= coefficients[0];
    for (Run run : runs) {
      for (int k = 0; k < run.count(); k++) {
        weights[run.child() + k] *= coefficients[run.degree()];
      }
    }
    return weights;
  }
}
