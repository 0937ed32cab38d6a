package io.github.pelab.ablation;

/**
 * How a layer's losses lie on its heads. NaN stands for what is undefined.
 *
 * @param top δ₁, the drop of the head picked on the validation split
 * @param runnerUp δ₂, the largest drop of any other head; undefined for a single head
 * @param share δ₁⁺ / Σ δ⁺; undefined where no head loses anything
 * @param largestShare the share of whichever head loses most; undefined like share
 * @param effectiveHeads (Σ δ⁺)² / Σ (δ⁺)²; undefined like share
 */
record DropProfile(
    double top, double runnerUp, double share, double largestShare, double effectiveHeads) {

  /**
   * @param netLosses by head, in examples: whole numbers, so that the order of heads cannot show in
   *     a last digit
   * @param margin what the whole model has right beyond chance, in examples: δ is a net loss
   *     divided by it. Shares do not depend on it; δ is undefined unless it is positive
   */
  static DropProfile of(long[] netLosses, int topHead, double margin) {
    long largestOther = Long.MIN_VALUE;
    long sum = 0;
    long sumOfSquares = 0;
    for (int head = 0; head < netLosses.length; head++) {
      long positive = Math.max(0, netLosses[head]);
      sum += positive;
      sumOfSquares += positive * positive;
      if (head != topHead) {
        largestOther = Math.max(largestOther, netLosses[head]);
      }
    }
    return new DropProfile(
        drop(netLosses[topHead], margin),
        netLosses.length == 1 ? Double.NaN : drop(largestOther, margin),
        sum == 0 ? Double.NaN : (double) Math.max(0, netLosses[topHead]) / sum,
        sum == 0 ? Double.NaN : (double) Math.max(largestOther, netLosses[topHead]) / sum,
        sum == 0 ? Double.NaN : (double) sum * sum / sumOfSquares);
  }

  /** δ of a net loss. */
  static double drop(long netLoss, double margin) {
    return margin > 0 ? netLoss / margin : Double.NaN;
  }
}
