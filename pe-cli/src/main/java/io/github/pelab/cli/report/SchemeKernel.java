package io.github.pelab.cli.report;

import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.spectra.HeadScheme;
import io.github.pelab.spectra.Symbol;
import io.github.pelab.spectra.ToeplitzKernel;
import io.github.pelab.train.spectra.UntrainedHead;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a scheme puts into an untrained head's logits by lag, and the symbol of that: f(θ) = Σ t_r
 * e^(irθ) over the lags there are, its real part. Each number has four digits. Legend: n tokens.
 *
 * @param head whose it is, from 0
 * @param rotation whether t_r is the mean over pairs of cos θ_p r, else it is what is added to
 *     logits
 * @param byLag t_r, from lag −(n−1) to n−1
 * @param theta radians, from 0 to π
 * @param truncated f at each θ
 * @param fejer the same with the weights 1 − |r|/n: what a wave of this θ makes of the matrix
 * @param limit of the infinite sequence, as n grows; empty where no closed form is known
 */
public record SchemeKernel(
    String scheme,
    int head,
    boolean rotation,
    List<Double> byLag,
    List<Double> theta,
    List<Double> truncated,
    List<Double> fejer,
    List<Double> limit) {
  private static final int DIGITS = 4;

  /** Sixteen for each ripple of a truncated symbol, but no more than a chart can show. */
  private static final int MOST_PARTS = 512;

  /** Of rounding: a sequence is m|r| if it differs from that by no more than this part. */
  private static final double TOLERANCE = 1e-6;

  public SchemeKernel {
    byLag = List.copyOf(byLag);
    theta = List.copyOf(theta);
    truncated = List.copyOf(truncated);
    fejer = List.copyOf(fejer);
    limit = List.copyOf(limit);
  }

  /**
   * The kernels of a scheme: none if it enters with the content alone. Where heads have different
   * ones, those of the first and the last; where they are drawn, of the first.
   *
   * @param heads H
   * @param headSize K
   * @param length n
   * @param seed of what is drawn
   */
  public static List<SchemeKernel> of(
      PositionalScheme scheme, int heads, int headSize, int length, long seed) {
    if (!scheme.hasLagKernel()) {
      return List.of();
    }
    List<SchemeKernel> kernels = new ArrayList<>();
    int last = scheme.learnedLagBias().isPresent() ? 0 : heads - 1;
    for (int head : IntStream.of(0, last).distinct().toArray()) {
      HeadScheme terms = UntrainedHead.of(scheme, head, heads, headSize, length, seed);
      if (terms.bias().length > 0) {
        kernels.add(of(scheme, head, false, terms.bias()));
      }
      if (terms.cos().length > 0) {
        kernels.add(of(scheme, head, true, mean(terms.cos())));
      }
    }
    return kernels.stream()
        .filter(kernel -> kernel.head() == 0 || kernels.stream().noneMatch(kernel::repeats))
        .toList();
  }

  private boolean repeats(SchemeKernel first) {
    return first.head() < head && first.rotation() == rotation && first.byLag().equals(byLag);
  }

  private static SchemeKernel of(
      PositionalScheme scheme, int head, boolean rotation, double[] byLag) {
    ToeplitzKernel kernel = ToeplitzKernel.of(byLag);
    ToeplitzKernel weighted = ToeplitzKernel.of(fejer(byLag));
    int parts = Math.min(MOST_PARTS, 8 * kernel.length());
    double[] theta =
        IntStream.rangeClosed(0, parts).mapToDouble(part -> Math.PI * part / parts).toArray();
    double slope = kernel.length() > 1 ? -kernel.at(1) : 0;
    return new SchemeKernel(
        scheme.toString(),
        head,
        rotation,
        rounded(byLag),
        rounded(theta),
        rounded(Arrays.stream(theta).map(at -> kernel.symbol(at).getReal()).toArray()),
        rounded(Arrays.stream(theta).map(at -> weighted.symbol(at).getReal()).toArray()),
        isLinear(kernel, slope)
            ? rounded(Arrays.stream(theta).map(Symbol.linear(slope)::at).toArray())
            : List.of());
  }

  private static boolean isLinear(ToeplitzKernel kernel, double slope) {
    return slope > 0
        && IntStream.range(1 - kernel.length(), kernel.length())
            .allMatch(
                lag ->
                    Math.abs(kernel.at(lag) + slope * Math.abs(lag))
                        <= TOLERANCE * slope * Math.abs(lag));
  }

  private static double[] mean(double[][] pairs) {
    return IntStream.range(0, pairs[0].length)
        .mapToDouble(at -> Arrays.stream(pairs).mapToDouble(pair -> pair[at]).average().orElse(0))
        .toArray();
  }

  private static double[] fejer(double[] byLag) {
    int n = (byLag.length + 1) / 2;
    double[] weighted = new double[byLag.length];
    Arrays.setAll(weighted, at -> byLag[at] * (1 - Math.abs(at - n + 1) / (double) n));
    return weighted;
  }

  private static List<Double> rounded(double[] values) {
    return Rounded.to(DIGITS, Arrays.stream(values).boxed().toList());
  }
}
