package io.github.pelab.ablation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The false discovery rate over a family of tests.
 *
 * <p>Benjamini and Hochberg (1995), <em>JRSS B</em> 57, 289–300. The rate holds for independent
 * tests and for positively dependent ones (Benjamini and Yekutieli 2001), such as heads that are
 * all compared with the same baseline.
 */
public final class BenjaminiHochberg {

  private BenjaminiHochberg() {}

  /**
   * The adjusted p of each test, at the index of its p: q₍ᵢ₎ = min over j ≥ i of m p₍ⱼ₎ / j, where
   * p₍ⱼ₎ is the j-th smallest of m. Calling all tests with q ≤ α a discovery keeps the expected
   * proportion of false ones at α or below; where no effect is real, that is the probability of any
   * discovery at all.
   *
   * @param p each within 0 to 1
   */
  public static double[] adjust(double... p) {
    for (int i = 0; i < p.length; i++) {
      if (!(p[i] >= 0 && p[i] <= 1)) {
        throw new IllegalArgumentException(
            "p[%d]: %s; give a probability within 0 to 1".formatted(i, p[i]));
      }
    }
    List<Integer> descending =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> p[i]).reversed())
            .toList();
    double[] q = new double[p.length];
    double smallest = 1;
    int rank = p.length;
    for (int i : descending) {
      smallest = Math.min(smallest, p[i] * p.length / rank--);
      q[i] = smallest;
    }
    return q;
  }
}
