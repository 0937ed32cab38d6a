package io.github.pelab.ablation.regression;

import io.github.pelab.ablation.Verdict;
import java.util.List;

/** How far two groups of seeds are apart, by what is looked at. */
final class Distances {
  private Distances() {}

  /**
   * Difference of the groups' means; of several numbers a seed, the largest of the differences.
   *
   * @param values by seed
   */
  static SeedPermutation.Distance ofMeans(double[][] values) {
    return first -> {
      double largest = 0;
      for (int i = 0; i < values[0].length; i++) {
        double sumFirst = 0;
        double sumOther = 0;
        int count = 0;
        for (int seed = 0; seed < values.length; seed++) {
          if (first[seed]) {
            sumFirst += values[seed][i];
            count++;
          } else {
            sumOther += values[seed][i];
          }
        }
        double apart = Math.abs(sumFirst / count - sumOther / (values.length - count));
        largest = Math.max(largest, apart);
      }
      return largest;
    };
  }

  /**
   * In each layer, the fraction of seeds that would need another verdict for the groups to have the
   * same: half the sum of the differences of the verdicts' fractions. The largest over the layers.
   *
   * @param verdicts by seed and layer
   */
  static SeedPermutation.Distance ofVerdicts(List<List<Verdict>> verdicts) {
    int kinds = Verdict.values().length;
    int layers = verdicts.get(0).size();
    int[][] ordinals =
        verdicts.stream()
            .map(seed -> seed.stream().mapToInt(Verdict::ordinal).toArray())
            .toArray(int[][]::new);
    return first -> {
      int count = 0;
      for (boolean is : first) {
        count += is ? 1 : 0;
      }
      double largest = 0;
      for (int layer = 0; layer < layers; layer++) {
        double[] difference = new double[kinds];
        for (int seed = 0; seed < first.length; seed++) {
          difference[ordinals[seed][layer]] +=
              first[seed] ? 1.0 / count : -1.0 / (first.length - count);
        }
        double sum = 0;
        for (double each : difference) {
          sum += Math.abs(each);
        }
        largest = Math.max(largest, sum / 2);
      }
      return largest;
    };
  }
}
