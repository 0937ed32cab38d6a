package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.tasks.TaskBatch;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What has to hold of an ablation of one head. Heads are told apart by column here, in plain loops,
 * so that a split which the code under test has wrong is not shared. Legend: B batch, T time, D
 * width, K head size; head h hands over columns h·K to (h+1)·K − 1.
 */
final class Laws {
  private static final double ROUNDING = 1e-12;
  private static final double NO_OP = 1e-6;

  private Laws() {}

  /** Law 1: Σ_h contribution_h + bias = attention output. */
  static void contributionsAddUp(AttentionTrace trace) {
    double[][] sum = new double[rows(trace)][width(trace)];
    for (int head = 0; head < trace.heads(); head++) {
      double[] contribution = trace.contribution(head).dup('c').data().asDouble();
      for (int row = 0, at = 0; row < sum.length; row++) {
        for (int d = 0; d < width(trace); d++, at++) {
          sum[row][d] += contribution[at];
        }
      }
    }
    double[][] output = matrix(trace.output(), rows(trace));
    for (int row = 0; row < sum.length; row++) {
      for (int d = 0; d < width(trace); d++) {
        assertThat(sum[row][d] + trace.outputBias().getDouble(0, d))
            .as("row %d, component %d", row, d)
            .isCloseTo(output[row][d], within(ROUNDING));
      }
    }
  }

  /** Law 2: every other head hands over, bit by bit, what it did. */
  static void otherHeadsAreUntouched(AttentionTrace before, AttentionTrace after, int ablated) {
    double[][] was = matrix(before.headOutputs(), rows(before));
    double[][] is = matrix(after.headOutputs(), rows(before));
    int headSize = width(before) / before.heads();
    for (int row = 0; row < was.length; row++) {
      for (int c = 0; c < width(before); c++) {
        if (c / headSize != ablated) {
          assertThat(Double.doubleToRawLongBits(is[row][c]))
              .as("row %d, column %d", row, c)
              .isEqualTo(Double.doubleToRawLongBits(was[row][c]));
        }
      }
    }
  }

  /**
   * Law 3: at every token the output changes by −(contribution of the head − contribution of what
   * takes its place), and somewhere it does change.
   *
   * @param value {@code [R, K]}, row n mod R for the batch's token n
   */
  static void onlyItsContributionIsExchanged(
      AttentionTrace before, AttentionTrace after, int ablated, INDArray value) {
    double[][] was = matrix(before.output(), rows(before));
    double[][] is = matrix(after.output(), rows(before));
    double[][] handed = matrix(before.headOutputs(), rows(before));
    int headSize = width(before) / before.heads();
    double[][] instead = matrix(value, (int) value.length() / headSize);
    double largest = 0;
    for (int row = 0; row < was.length; row++) {
      for (int d = 0; d < width(before); d++) {
        double exchanged = 0;
        for (int k = 0; k < headSize; k++) {
          int column = ablated * headSize + k;
          exchanged +=
              (handed[row][column] - instead[row % instead.length][k])
                  * before.outputWeight().getDouble(column, d);
        }
        assertThat(is[row][d] - was[row][d])
            .as("row %d, component %d", row, d)
            .isCloseTo(-exchanged, within(ROUNDING));
        largest = Math.max(largest, Math.abs(is[row][d] - was[row][d]));
      }
    }
    assertThat(largest).as("largest change").isGreaterThan(NO_OP);
  }

  /** Law 4: once it is over, parameters and output are, bit by bit, what they were. */
  static void nothingIsLeftBehind(
      MultiLayerNetwork network, TaskBatch batch, Runnable intervention) {
    long[] params = Models.bits(network.params());
    long[] output = Models.bits(Models.output(network, batch));
    intervention.run();
    assertThat(Models.bits(network.params())).as("parameters").isEqualTo(params);
    assertThat(Models.bits(Models.output(network, batch))).as("output").isEqualTo(output);
  }

  private static int rows(AttentionTrace trace) {
    return (int) (trace.headOutputs().size(0) * trace.headOutputs().size(1));
  }

  private static int width(AttentionTrace trace) {
    return (int) trace.headOutputs().size(2);
  }

  private static double[][] matrix(INDArray array, int rows) {
    return array.dup('c').reshape('c', rows, array.length() / rows).toDoubleMatrix();
  }
}
