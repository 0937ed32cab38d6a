package io.github.pelab.train.spectra;

import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.spectra.Coupling;
import io.github.pelab.spectra.LogitSpectrum;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The logits of a block's heads in one forward pass, of real tokens and before masks, and what they
 * would be of content alone. Legend: B batch, T time, H heads, Q size of a query, n real tokens.
 */
final class BlockLogits {
  private final int heads;
  private final int length;
  private final int querySize;
  private final double scale;
  private final double[] logits;
  private final double[] queries;
  private final double[] keys;
  private final List<int[]> tokens;

  /**
   * The logits of a trace.
   *
   * @param mask {@code [B, T]}, 1 at real tokens
   */
  BlockLogits(AttentionTrace trace, INDArray mask) {
    heads = trace.heads();
    length = (int) trace.logits().size(2);
    querySize = (int) trace.queries().size(2) / heads;
    scale = trace.scale();
    logits = numbers(trace.logits());
    queries = numbers(trace.queries());
    keys = numbers(trace.keys());
    double[] real = numbers(mask);
    tokens =
        IntStream.range(0, (int) mask.size(0))
            .mapToObj(b -> IntStream.range(0, length).filter(t -> real[b * length + t] != 0))
            .map(IntStream::toArray)
            .toList();
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  int heads() {
    return heads;
  }

  /**
   * A head's spectra in one sequence.
   *
   * @param logits as the head has them
   * @param content of the same queries and keys without rotation and lag bias
   */
  record Pair(LogitSpectrum logits, LogitSpectrum content) {}

  /** B. */
  int examples() {
    return tokens.size();
  }

  /**
   * A head's spectra in one sequence; empty if it has but one token, or if all logits are 0, with
   * positions or without: neither has a shape.
   */
  Optional<Pair> spectra(int head, int example) {
    int[] at = tokens.get(example);
    if (at.length < 2) {
      return Optional.empty();
    }
    Pair pair =
        new Pair(
            LogitSpectrum.of(logits(head, example, at)),
            LogitSpectrum.of(
                Coupling.content(
                    rows(queries, head, example, at), rows(keys, head, example, at), scale)));
    boolean hasShape =
        pair.logits().raw().spectralNorm() > 0 && pair.content().raw().spectralNorm() > 0;
    return hasShape ? Optional.of(pair) : Optional.empty();
  }

  private double[][] logits(int head, int example, int[] at) {
    double[][] matrix = new double[at.length][at.length];
    for (int i = 0; i < at.length; i++) {
      int row = ((example * heads + head) * length + at[i]) * length;
      for (int j = 0; j < at.length; j++) {
        matrix[i][j] = logits[row + at[j]];
      }
    }
    return matrix;
  }

  private double[][] rows(double[] of, int head, int example, int[] at) {
    double[][] rows = new double[at.length][querySize];
    for (int i = 0; i < at.length; i++) {
      int from = ((example * length + at[i]) * heads + head) * querySize;
      System.arraycopy(of, from, rows[i], 0, querySize);
    }
    return rows;
  }
}
