package io.github.pelab.cli.fast;

/**
 * What one form of attention took, and how near it came. Legend: n tokens, d numbers in a query,
 * key or value.
 *
 * @param tokens n
 * @param size d
 * @param degree of the polynomial; 0 for exact attention
 * @param monomials in d variables up to the degree; 0 for exact attention
 * @param seconds of the forward pass of all heads together, the median of some
 * @param bytes that a head allocates in its first pass
 * @param error the largest difference of a number of the output from exact attention in double
 *     precision, over some queries, in units of the largest value
 * @param promised what the error cannot be larger than but for rounding; 0 for exact attention
 */
public record FastRopeRow(
    Form form,
    int tokens,
    int size,
    int degree,
    long monomials,
    double seconds,
    long bytes,
    double error,
    double promised) {

  /** How attention is computed. */
  public enum Form {
    EXACT,
    FEATURE,
    FOURIER;

    @Override
    public String toString() {
      return switch (this) {
        case EXACT -> "exact";
        case FEATURE -> "features";
        case FOURIER -> "Fourier";
      };
    }
  }

  /** Whether another row has another number of tokens and is else the same thing. */
  boolean isLike(FastRopeRow other) {
    return form == other.form && size == other.size && degree == other.degree;
  }
}
