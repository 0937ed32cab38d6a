package io.github.pelab.layers.kernel;

/**
 * Which entries of a matrix are dropped: a function of (seed, row, column) alone, so that a
 * backward pass, another thread or another kernel finds the same, and nothing has to be stored or
 * resumed.
 *
 * <p>A row's key is a 64-bit mix of seed and row (SplitMix64: Steele, Lea and Flood, OOPSLA 2014);
 * an entry's number is a 32-bit mix of the row's key and the column, cheap in vectors of 32-bit
 * lanes. The 32-bit mix is Wellons' {@code lowbias32}, which is in the public domain.
 *
 * @param rate probability of being dropped, from 0 to below 1
 * @param firstRow the number of the matrix's row 0
 * @param firstColumn the number of its column 0
 */
public record DropoutPattern(long seed, double rate, long firstRow, int firstColumn) {
  /** Of a whole matrix. */
  public DropoutPattern(long seed, double rate) {
    this(seed, rate, 0, 0);
  }

  /** Of the part of this matrix that begins at this row and column of it. */
  public DropoutPattern part(long row, int column) {
    return new DropoutPattern(seed, rate, firstRow + row, firstColumn + column);
  }

  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  static final int COLUMN = 0x9E3779B9;
  static final int FIRST = 0x7FEB352D;
  static final int SECOND = 0x846CA68B;

  /** A seed that differs whenever one of the parts differs. */
  public static long seed(long... parts) {
    long seed = 0;
    for (long part : parts) {
      seed = mix((seed ^ part) + GAMMA);
    }
    return seed;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** What kept entries are multiplied by, so that an entry's expectation does not change. */
  public double kept() {
    return 1 / (1 - rate);
  }

  /** 0 for a dropped entry, {@link #kept()} for any other. */
  public double at(int row, int column) {
    return number(rowKey(row), column) < threshold() ? 0 : kept();
  }

  /** All entries, row after row: {@code [rows · columns]}. */
  public double[] mask(int rows, int columns) {
    double[] mask = new double[Math.multiplyExact(rows, columns)];
    for (int row = 0, at = 0; row < rows; row++) {
      int key = rowKey(row);
      for (int column = 0; column < columns; column++, at++) {
        mask[at] = number(key, column) < threshold() ? 0 : kept();
      }
    }
    return mask;
  }

  /** The key of row {@code row}. */
  int rowKey(int row) {
    return (int) mix(seed + (firstRow + row + 1) * GAMMA) + firstColumn * COLUMN;
  }

  /** Entries whose number, as a signed one, is below this are dropped. */
  int threshold() {
    return (int) (Math.round(rate * 0x1p32) + Integer.MIN_VALUE);
  }

  /** The number of an entry, uniform over all ints. */
  static int number(int rowKey, int column) {
    int x = rowKey + column * COLUMN;
    x = (x ^ (x >>> 16)) * FIRST;
    x = (x ^ (x >>> 15)) * SECOND;
    return x ^ (x >>> 16);
  }
}
