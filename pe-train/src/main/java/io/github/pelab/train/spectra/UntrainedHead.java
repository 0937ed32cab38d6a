package io.github.pelab.train.spectra;

import io.github.pelab.layers.scheme.InputTerm;
import io.github.pelab.layers.scheme.LagKernel;
import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.spectra.HeadScheme;
import java.util.Random;

/** A scheme's terms for one head as they are before training. Legend: T time, D = H·K width. */
public final class UntrainedHead {
  private UntrainedHead() {}

  /**
   * The terms of head {@code head}: what is learned is drawn as it is for a new model.
   *
   * @param heads H
   * @param headSize K
   * @param length T
   * @param seed of what is drawn
   * @throws IllegalArgumentException if the scheme has no kernel by lag, or none for this shape
   */
  public static HeadScheme of(
      PositionalScheme scheme, int head, int heads, int headSize, int length, long seed) {
    Random random = new Random(seed);
    int width = heads * headSize;
    double[][] input =
        scheme
            .input()
            .map(
                term ->
                    term.trainable()
                        ? drawn(length, width, term.initialDeviation(), random)
                        : fixed(term, length, width))
            .orElse(new double[0][]);
    double[][] lagBias =
        scheme
            .learnedLagBias()
            .map(bias -> drawn(bias.buckets(length), heads, bias.initialDeviation(), random))
            .orElse(null);
    LagKernel kernel =
        LagKernel.of(
            scheme,
            head,
            heads,
            headSize,
            length,
            new PositionTables.Learned(length, null, lagBias));
    boolean biased = scheme.lagBias().isPresent() || scheme.learnedLagBias().isPresent();
    boolean turned = scheme.rotation().isPresent();
    return new HeadScheme(
        input,
        turned ? kernel.cos() : new double[0][],
        turned ? kernel.sin() : new double[0][],
        biased ? kernel.bias() : new double[0]);
  }

  private static double[][] drawn(int rows, int columns, double deviation, Random random) {
    double[][] drawn = new double[rows][columns];
    for (double[] row : drawn) {
      for (int column = 0; column < columns; column++) {
        row[column] = deviation * random.nextGaussian();
      }
    }
    return drawn;
  }

  private static double[][] fixed(InputTerm term, int length, int width) {
    double[][] rows = new double[length][width];
    for (int t = 0; t < length; t++) {
      for (int d = 0; d < width; d++) {
        rows[t][d] = term.fixed(t, d, width);
      }
    }
    return rows;
  }
}
