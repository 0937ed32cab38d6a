package io.github.pelab.spectra;

import java.util.Arrays;

/**
 * The eigenvalues of a symmetric Toeplitz matrix beside the {@link Symbol#quantiles quantiles} of
 * its symbol, to which Szegő's theorem says they tend.
 *
 * @param eigenvalues n, ascending
 * @param quantiles n, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // plain arrays; not compared
public record SymbolFit(double[] eigenvalues, double[] quantiles) {

  /**
   * Compares a kernel with the symbol of the sequence it is cut from.
   *
   * @throws IllegalArgumentException if the kernel is not symmetric
   */
  public static SymbolFit of(ToeplitzKernel kernel, Symbol symbol) {
    kernel.requireSymmetric();
    double[] eigenvalues =
        SymmetricEigenvalues.ofSymmetricPart(kernel.dense()).descending().clone();
    Arrays.sort(eigenvalues);
    return new SymbolFit(eigenvalues, symbol.quantiles(kernel.length()));
  }

  /** The mean of |eigenvalue − quantile|. */
  public double meanDistance() {
    return meanDistance(0, 1);
  }

  /**
   * The mean of |eigenvalue − quantile| over the eigenvalues of rank from · n to to · n: of a
   * generalised symbol the bulk alone is of interest.
   *
   * @param from from 0, below {@code to}
   * @param to at most 1
   */
  public double meanDistance(double from, double to) {
    int n = eigenvalues.length;
    int first = (int) Math.round(from * n);
    int end = (int) Math.round(to * n);
    if (!(from >= 0 && to <= 1 && first < end)) {
      throw new IllegalArgumentException(
          "from, to: found %s and %s; give parts from 0 to 1 with one of %d eigenvalues between"
              .formatted(from, to, n));
    }
    double sum = 0;
    for (int k = first; k < end; k++) {
      sum += Math.abs(eigenvalues[k] - quantiles[k]);
    }
    return sum / (end - first);
  }
}
