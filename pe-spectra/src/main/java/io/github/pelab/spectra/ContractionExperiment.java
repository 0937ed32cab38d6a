package io.github.pelab.spectra;

import io.github.pelab.spectra.SyntheticContent.QueriesAndKeys;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * An untrained head's logits with a scheme and without it, for the same random content, again and
 * again. Legend: n tokens, K head size, D width of the input. In each trial
 *
 * <pre>
 *   without: L = q kᵀ / √K
 *   with:    q' = q + P W_q,  k' = k + P W_k,  L = {@link Coupling#rotary rotary}(q', k') / √K + bias
 * </pre>
 *
 * where P are the scheme's input rows, and W_q and W_k are {@code [D][K]} with entries N(0, 1/D),
 * drawn anew in each trial, so that a row of P of squared norm D, such as content has, adds as much
 * as there is; Gram content has one W for both.
 *
 * <p>A trial's numbers depend on the seed and on its index alone: more trials begin with the same
 * ones, and the number of threads changes no bit. They come from {@link Random}, whose algorithm is
 * specified, one for each trial, seeded by {@link SplittableRandom}.
 *
 * @param length n, 2 at least
 * @param headSize K
 * @param trials {@value #FEWEST_TRIALS} at least
 */
public record ContractionExperiment(
    int length, int headSize, int trials, long seed, SyntheticContent content, HeadScheme scheme) {

  /** With fewer, the share of trials in which a norm shrinks is not known to within 7 points. */
  public static final int FEWEST_TRIALS = 200;

  public ContractionExperiment {
    if (length < 2) {
      throw new IllegalArgumentException("length: found " + length + "; give 2 at least");
    }
    if (headSize < 1) {
      throw new IllegalArgumentException("headSize: found " + headSize + "; give 1 at least");
    }
    if (trials < FEWEST_TRIALS) {
      throw new IllegalArgumentException(
          "trials: found %d; give %d at least".formatted(trials, FEWEST_TRIALS));
    }
    scheme.check(length, headSize);
  }

  /** Does all trials, on the threads of the pool that this is called in. */
  public PairedSpectra run() {
    long[] seeds = new SplittableRandom(seed).longs(trials).toArray();
    List<Trial> all =
        IntStream.range(0, trials).parallel().mapToObj(t -> trial(new Random(seeds[t]))).toList();
    return new PairedSpectra(
        all.stream().map(Trial::with).toList(), all.stream().map(Trial::without).toList());
  }

  private record Trial(LogitSpectrum with, LogitSpectrum without) {}

  private Trial trial(Random random) {
    double scale = 1 / Math.sqrt(headSize);
    QueriesAndKeys drawn = content.draw(length, headSize, random);
    QueriesAndKeys placed = scheme.inputRows().length == 0 ? drawn : placed(drawn, random);
    double[][] with = Coupling.rotary(placed.q(), placed.k(), scheme.cos(), scheme.sin(), scale);
    if (scheme.bias().length > 0) {
      with = Coupling.plusLagBias(with, scheme.bias());
    }
    return new Trial(
        LogitSpectrum.of(with), LogitSpectrum.of(Coupling.content(drawn.q(), drawn.k(), scale)));
  }

  private QueriesAndKeys placed(QueriesAndKeys drawn, Random random) {
    double[][] q = plusProjected(drawn.q(), random);
    return content.kind() == SyntheticContent.Kind.GRAM
        ? new QueriesAndKeys(q, q)
        : new QueriesAndKeys(q, plusProjected(drawn.k(), random));
  }

  /** x + P W, with a W of its own. */
  private double[][] plusProjected(double[][] x, Random random) {
    double[][] rows = scheme.inputRows();
    int width = rows[0].length;
    double[][] w = SyntheticContent.gaussian(width, headSize, 1 / Math.sqrt(width), random);
    double[][] sum = new double[length][headSize];
    for (int i = 0; i < length; i++) {
      for (int c = 0; c < headSize; c++) {
        sum[i][c] = x[i][c];
        for (int d = 0; d < width; d++) {
          sum[i][c] += rows[i][d] * w[d][c];
        }
      }
    }
    return sum;
  }
}
