package io.github.pelab.bench.kernel;

/**
 * What an operation has to do, whoever does it: floating-point operations of its products (a
 * multiply-add is two), and bytes of single precision that it must at least read and write.
 * Exponentials, rotations and what a kernel computes twice by choice are not counted.
 */
record Work(double flops, double bytes) {
  private static final int FLOAT = 4;

  /**
   * A head's attention over n tokens: q kᵀ and p v. Reads q, k, v; writes the output and log-sums.
   *
   * @param size of keys and values
   */
  static Work attention(int tokens, int size) {
    return attention(2, 4, tokens, size);
  }

  /**
   * Its gradients: q kᵀ again, for it is not kept; then those of p, v, q and k. Reads q, k, v, the
   * output, its gradient and log-sums; writes three gradients.
   */
  static Work attentionGradient(int tokens, int size) {
    return attention(5, 8, tokens, size);
  }

  private static Work attention(int products, int arrays, double tokens, double size) {
    return new Work(
        products * 2 * tokens * tokens * size, FLOAT * (arrays * tokens * size + tokens));
  }

  /** {@code [rows, inner]} times {@code [inner, columns]}: both read, the product written. */
  static Work product(double rows, double inner, double columns) {
    return new Work(
        2 * rows * inner * columns, FLOAT * (rows * inner + inner * columns + rows * columns));
  }

  /** An operation entry by entry, which reads and writes so many numbers and computes so much. */
  static Work entries(double count, int flops, int numbers) {
    return new Work(count * flops, FLOAT * count * numbers);
  }
}
