package io.github.pelab.ablation.portrait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.heads.AttentionTrace;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Heads whose weights are given: how positional they are, and how much they say. */
class LayerTallyTest {
  private static final int TIME = 12;
  private static final int EXAMPLES = 100;
  private static final List<String> CLASSES = List.of("token", "pad");

  /** One head that attends so; {@code weights} makes an example's {@code [T, T]}. */
  private static LayerTally tally(
      int examples, boolean causal, int largestLag, IntFunction<double[][]> weights) {
    LayerTally tally = new LayerTally(1, CLASSES, causal, largestLag);
    for (int example = 0; example < examples; example++) {
      double[][] matrix = weights.apply(example);
      tally.add(trace(matrix), List.of(new int[matrix.length]));
    }
    return tally;
  }

  private static AttentionTrace trace(double[][] weights) {
    INDArray array = Nd4j.createFromArray(new double[][][][] {{weights}});
    INDArray handed = Nd4j.zeros(DataType.DOUBLE, 1, weights.length, 2);
    return new AttentionTrace(
        0,
        handed,
        handed,
        1,
        array,
        array,
        handed,
        handed,
        Nd4j.eye(2).castTo(DataType.DOUBLE),
        null);
  }

  private static Double positional(boolean causal, IntFunction<double[][]> weights) {
    return tally(EXAMPLES, causal, TIME, weights).positional(0);
  }

  private static double[][] matrix(int time, Weight weight) {
    double[][] matrix = new double[time][time];
    for (int i = 0; i < time; i++) {
      for (int j = 0; j < time; j++) {
        matrix[i][j] = weight.of(i, j);
      }
    }
    return matrix;
  }

  private interface Weight {
    double of(int i, int j);
  }

  /** Rows of a softmax of these logits. */
  private static double[][] softmax(int time, Weight logit) {
    double[][] weights = matrix(time, (i, j) -> Math.exp(logit.of(i, j)));
    for (double[] row : weights) {
      double sum = Arrays.stream(row).sum();
      Arrays.setAll(row, j -> row[j] / sum);
    }
    return weights;
  }

  @Test
  void weightsByLagAloneArePositionalAltogether() {
    // Around the ring: each lag has one weight, though all rows sum to 1.
    assertThat(
            positional(false, e -> matrix(TIME, (i, j) -> Math.floorMod(i - j, TIME) == 1 ? 1 : 0)))
        .isCloseTo(1, within(1e-12));
    assertThat(
            positional(false, e -> matrix(TIME, (i, j) -> (1 + Math.floorMod(i - j, TIME)) / 78.0)))
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void throughASoftmaxTheyAreNearlySo() {
    assertThat(positional(false, e -> softmax(TIME, (i, j) -> -Math.abs(i - j))))
        .isGreaterThan(0.9);
    assertThat(positional(true, e -> softmax(TIME, (i, j) -> j > i ? -1e9 : i - j == 1 ? 9 : 0)))
        .isGreaterThan(0.9);
  }

  @Test
  void weightsByContentAreNot() {
    SplittableRandom random = new SplittableRandom(3);
    assertThat(
            positional(
                false,
                e -> {
                  double[] content = random.doubles(TIME, -5, 5).toArray();
                  return softmax(TIME, (i, j) -> content[j]);
                }))
        .isLessThan(0.02);
  }

  /** A position is not a lag. */
  @Test
  void aHeadThatLooksAtTheFirstTokenIsPositionalInPart() {
    assertThat(positional(false, e -> matrix(TIME, (i, j) -> j == 0 ? 1 : 0))).isBetween(0.1, 0.6);
  }

  @Test
  void uniformAttentionIsNeither() {
    assertThat(positional(false, e -> matrix(TIME, (i, j) -> 1.0 / TIME))).isNull();
    assertThat(positional(true, e -> matrix(TIME, (i, j) -> j > i ? 0 : 1f / (i + 1)))).isNull();
  }

  @Test
  void padsAndKeysBehindACausalQueryAreLeftOut() {
    int tokens = 4;
    double[][] weights = matrix(TIME, (i, j) -> i < tokens && j < tokens ? 0.25 : 100);
    LayerTally whole = new LayerTally(1, CLASSES, false, tokens);
    whole.add(trace(weights), List.of(new int[tokens]));
    assertThat(whole.lags(0).first()).isEqualTo(-3);
    assertThat(whole.lags(0).weights()).hasSize(7).containsOnly(0.25);
    assertThat(whole.lags(0).pairs()).containsExactly(1L, 2L, 3L, 4L, 3L, 2L, 1L);

    LayerTally causal = new LayerTally(1, CLASSES, true, tokens);
    causal.add(
        trace(matrix(TIME, (i, j) -> j <= i ? 1.0 / (i + 1) : 100)), List.of(new int[tokens]));
    assertThat(causal.lags(0).first()).isZero();
    assertThat(causal.lags(0).pairs()).containsExactly(4L, 3L, 2L, 1L);
    assertThat(causal.classes(0))
        .singleElement()
        .satisfies(cell -> assertThat(cell.weight()).isCloseTo(1, within(1e-12)))
        .satisfies(cell -> assertThat(cell.uniform()).isCloseTo(1, within(1e-12)));
  }

  @Test
  void whatLiesTooFarApartIsLeftOut() {
    int time = Portraits.LARGEST_LAG + 10;
    LayerTally tally = tally(1, false, time, e -> matrix(time, (i, j) -> 1.0 / time));
    assertThat(tally.lags(0).first()).isEqualTo(-Portraits.LARGEST_LAG);
    assertThat(tally.lags(0).pairs())
        .hasSize(2 * Portraits.LARGEST_LAG + 1)
        .startsWith(10L)
        .endsWith(10L);
  }

  @Test
  void aHeadThatSaysNothingHasNoShareOfNothing() {
    LayerTally tally = tally(1, false, TIME, e -> matrix(TIME, (i, j) -> 1.0 / TIME));
    assertThat(tally.contribution(0)).isZero();
    assertThat(tally.contributionShare(0)).isNull();
  }

  /** Heads that cancel say more, each, than all of them together. */
  @Test
  void normsAreRootsOfMeanSquares() {
    int time = 3;
    double[][] weights = matrix(time, (i, j) -> 1.0 / time);
    INDArray attention = Nd4j.createFromArray(new double[][][][] {{weights, weights}});
    INDArray queries = Nd4j.zeros(DataType.DOUBLE, 1, time, 2);
    double[][] handed = {{3, 1}, {4, 1}, {1000, 1000}};
    INDArray projection = Nd4j.createFromArray(new double[][] {{2, 0}, {0, -1}});
    double[][] output =
        IntStream.range(0, time)
            .mapToObj(t -> new double[] {2 * handed[t][0], -handed[t][1]})
            .toArray(double[][]::new);
    LayerTally tally = new LayerTally(2, CLASSES, false, time);
    tally.add(
        new AttentionTrace(
            0,
            queries,
            queries,
            1,
            attention,
            attention,
            Nd4j.createFromArray(new double[][][] {handed}),
            Nd4j.createFromArray(new double[][][] {output}),
            projection,
            null),
        List.of(new int[2]));
    assertThat(tally.contribution(0)).isCloseTo(Math.sqrt((36 + 64) / 2.0), within(1e-12));
    assertThat(tally.contribution(1)).isCloseTo(1, within(1e-12));
    assertThat(tally.contributionShare(0)).isCloseTo(Math.sqrt(100 / 102.0), within(1e-12));
  }
}
