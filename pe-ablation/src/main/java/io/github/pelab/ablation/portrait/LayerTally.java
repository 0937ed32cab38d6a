package io.github.pelab.ablation.portrait;

import io.github.pelab.ablation.portrait.HeadPortrait.ClassAttention;
import io.github.pelab.ablation.portrait.HeadPortrait.Lags;
import io.github.pelab.layers.heads.AttentionTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums of what the heads of one layer do, in double. Legend: H heads, K head size, T time, D width.
 */
final class LayerTally {
  /** Mean square of d below which weights differ from uniform by their rounding. */
  private static final double ROUNDING = 1e-14;

  private final List<String> classNames;
  private final boolean causal;
  private final int longest;

  /** By lag, from −(longest − 1) on, as are the other two. */
  private final long[] pairs;

  /** Σ 1/n. */
  private final double[] uniformByLag;

  private final double[][] weightByLag;

  /** Σ d². */
  private final double[] squares;

  private final long[] queries;
  private final double[][] uniformByClass;
  private final double[][][] weightByClass;
  private final double[] contributions;
  private double outputs;
  private long tokens;

  /**
   * Nothing seen yet.
   *
   * @param causal whether a query sees no key behind it
   * @param longest the most tokens of an example
   */
  LayerTally(int heads, List<String> classNames, boolean causal, int longest) {
    this.classNames = classNames;
    this.causal = causal;
    this.longest = longest;
    int lags = 2 * longest - 1;
    int classes = classNames.size();
    pairs = new long[lags];
    uniformByLag = new double[lags];
    weightByLag = new double[heads][lags];
    squares = new double[heads];
    queries = new long[classes];
    uniformByClass = new double[classes][classes];
    weightByClass = new double[heads][classes][classes];
    contributions = new double[heads];
  }

  /**
   * Adds what the layer did.
   *
   * @param classes of each example's tokens; padding follows behind them
   */
  void add(AttentionTrace trace, List<int[]> classes) {
    double[][] output = matrix(trace.outputWeight());
    double[][][] grams =
        IntStream.range(0, trace.heads())
            .mapToObj(head -> gram(output, head * trace.headSize(), trace.headSize()))
            .toArray(double[][][]::new);
    for (int example = 0; example < classes.size(); example++) {
      // One by one: all of a batch in double would be many.
      weights(numbers(trace.weights().slice(example)), classes.get(example), trace);
      contributions(
          matrix(trace.headOutputs().slice(example)),
          matrix(trace.output().slice(example)),
          grams,
          classes.get(example).length);
    }
  }

  /** The weights are {@code [H, T, T]}, and T is not less than there are tokens. */
  private void weights(double[] weights, int[] classes, AttentionTrace trace) {
    int time = (int) trace.weights().size(3);
    for (int i = 0; i < classes.length; i++) {
      int seen = causal ? i + 1 : classes.length;
      double uniform = 1.0 / seen;
      queries[classes[i]]++;
      for (int j = 0; j < seen; j++) {
        int lag = i - j + longest - 1;
        pairs[lag]++;
        uniformByLag[lag] += uniform;
        uniformByClass[classes[i]][classes[j]] += uniform;
        for (int head = 0; head < squares.length; head++) {
          double weight = weights[(head * time + i) * time + j];
          weightByLag[head][lag] += weight;
          weightByClass[head][classes[i]][classes[j]] += weight;
          squares[head] += (weight - uniform) * (weight - uniform);
        }
      }
    }
  }

  /** ‖o W_h‖² = o (W_h W_hᵀ) oᵀ, with o what head h hands over: K² for D·K products. */
  private void contributions(
      double[][] handed, double[][] output, double[][][] grams, int exampleTokens) {
    for (int t = 0; t < exampleTokens; t++) {
      tokens++;
      for (double value : output[t]) {
        outputs += value * value;
      }
      for (int head = 0; head < grams.length; head++) {
        double[][] gram = grams[head];
        int first = head * gram.length;
        for (int a = 0; a < gram.length; a++) {
          for (int b = 0; b < gram.length; b++) {
            contributions[head] += handed[t][first + a] * gram[a][b] * handed[t][first + b];
          }
        }
      }
    }
  }

  private static double[][] gram(double[][] weight, int first, int size) {
    double[][] gram = new double[size][size];
    for (int a = 0; a < size; a++) {
      for (int b = 0; b < size; b++) {
        for (int d = 0; d < weight[first].length; d++) {
          gram[a][b] += weight[first + a][d] * weight[first + b][d];
        }
      }
    }
    return gram;
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static double[][] matrix(INDArray array) {
    return array.castTo(DataType.DOUBLE).toDoubleMatrix();
  }

  /** Attention by lag. */
  Lags lags(int head) {
    int reach = Math.min(longest - 1, Portraits.LARGEST_LAG);
    int first = causal ? 0 : -reach;
    List<Double> means = new ArrayList<>();
    List<Double> uniform = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    for (int lag = first; lag <= reach; lag++) {
      int at = lag + longest - 1;
      means.add(weightByLag[head][at] / pairs[at]);
      uniform.add(uniformByLag[at] / pairs[at]);
      counts.add(pairs[at]);
    }
    return new Lags(first, means, uniform, counts);
  }

  /** Attention by class. */
  List<ClassAttention> classes(int head) {
    List<ClassAttention> cells = new ArrayList<>();
    for (int query = 0; query < queries.length; query++) {
      for (int key = 0; key < queries.length; key++) {
        if (queries[query] > 0 && queries[key] > 0) {
          cells.add(
              new ClassAttention(
                  classNames.get(query),
                  classNames.get(key),
                  weightByClass[head][query][key] / queries[query],
                  uniformByClass[query][key] / queries[query],
                  queries[query]));
        }
      }
    }
    return cells;
  }

  /** {@link HeadPortrait#positional()}. */
  Double positional(int head) {
    double explained = 0;
    for (int lag = 0; lag < pairs.length; lag++) {
      if (pairs[lag] > 0) {
        double sum = weightByLag[head][lag] - uniformByLag[lag];
        explained += sum * sum / pairs[lag];
      }
    }
    return squares[head] < ROUNDING * LongStream.of(pairs).sum()
        ? null
        : Double.valueOf(Math.min(1, explained / squares[head]));
  }

  /** {@link HeadPortrait#contribution()}. */
  double contribution(int head) {
    return Math.sqrt(contributions[head] / tokens);
  }

  /** {@link HeadPortrait#contributionShare()}. */
  Double contributionShare(int head) {
    return outputs == 0 ? null : Double.valueOf(Math.sqrt(contributions[head] / outputs));
  }
}
