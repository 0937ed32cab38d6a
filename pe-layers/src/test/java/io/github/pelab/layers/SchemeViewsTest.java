package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.scheme.LagKernel;
import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionTables.Learned;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The three views of every scheme, graph, tables and kernel by lag, give the same logits; and the
 * graph's weights and output are those of plain loops.
 */
class SchemeViewsTest {
  private static final double ROUNDING = 1e-12;
  private static final int HEADS = 2;
  private static final int K = WIDTH / HEADS;
  private static final int LENGTH = 13;
  private static final int MAX = 17;

  private final Networks networks = Networks.of(DataType.DOUBLE);

  static Stream<String> schemes() {
    return Stream.concat(
        Schemes.all().stream().map(SchemeFactory::name),
        Stream.of(
            "alibi+rope",
            "rope(base=7,heads=1)",
            "rope(fraction=0.5)",
            "random(trainable=true)+t5(buckets=0,shared=false)+alibi(slopes=released)",
            "sinusoidal(layout=halves)+rope"));
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void agree(String name) {
    for (boolean causal : new boolean[] {false, true}) {
      double logitScale = causal ? 0.6 : 1;
      MultiLayerNetwork network =
          networks.sequence(
              new MultiHeadAttention.Builder()
                  .heads(HEADS)
                  .scheme(name)
                  .causal(causal)
                  .logitScale(logitScale)
                  .maxLength(MAX)
                  .build());
      INDArray x = networks.sequences(2, LENGTH, 1);
      INDArray mask = networks.mask(LENGTH, LENGTH, 9);
      AttentionTrace trace = trace(network, x, mask);
      PositionalScheme scheme = Schemes.parse(name);
      Learned learned = learned(network);
      x = withInputTerm(x, PositionTables.of(scheme, HEADS, K, HEADS * K, LENGTH, learned));
      for (int b = 0; b < 2; b++) {
        for (int h = 0; h < HEADS; h++) {
          double[][] q = project(network, x, b, h, "q");
          double[][] k = project(network, x, b, h, "k");
          double[][] v = project(network, x, b, h, "v");
          assertRows(trace.query(h), b, q);
          assertRows(trace.key(h), b, k);
          double[][] fromTables = scaled(logitsFromTables(scheme, h, q, k, learned), logitScale);
          double[][] fromLags =
              scheme.hasLagKernel()
                  ? scaled(logitsFromLags(scheme, h, q, k, learned), logitScale)
                  : fromTables;
          for (int i = 0; i < LENGTH; i++) {
            for (int j = 0; j < LENGTH; j++) {
              double graph = trace.logits().getDouble(b, h, i, j);
              assertThat(graph).isCloseTo(fromTables[i][j], within(ROUNDING));
              assertThat(graph).isCloseTo(fromLags[i][j], within(ROUNDING));
            }
            double[] weights = softmax(fromTables[i], i, causal, b == 0 ? LENGTH : 9);
            for (int c = 0; c < K; c++) {
              double output = 0;
              for (int j = 0; j < LENGTH; j++) {
                assertThat(trace.weights().getDouble(b, h, i, j))
                    .isCloseTo(weights[j], within(ROUNDING));
                output += weights[j] * v[j][c];
              }
              assertThat(trace.headOutputs().getDouble(b, i, h * K + c))
                  .isCloseTo(output, within(ROUNDING));
            }
          }
        }
      }
    }
  }

  private static void assertRows(INDArray found, int b, double[][] expected) {
    for (int t = 0; t < LENGTH; t++) {
      for (int c = 0; c < K; c++) {
        assertThat(found.getDouble(b, t, c)).isCloseTo(expected[t][c], within(ROUNDING));
      }
    }
  }

  /** What maps pairs by more than a rotation is no function of the lag, and must say so. */
  @Test
  void noKernelWhereLogitsAreNoFunctionOfTheLag() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                LagKernel.of(
                    Schemes.parse("alibi+turn-released"), 0, HEADS, K, LENGTH, Learned.NOTHING))
        .withMessageContaining("has no kernel by lag");
  }

  /** If the views could not differ, their agreement would say nothing: another base must show. */
  @ParameterizedTest
  @MethodSource("rotations")
  void differWhenTheyShould(String one, String other) {
    double[][] q = {{1, 2, 3, 4}, {1, 2, 3, 4}};
    assertThat(logitsFromTables(Schemes.parse(one), 0, q, q, Learned.NOTHING)[1][0])
        .isNotCloseTo(
            logitsFromTables(Schemes.parse(other), 0, q, q, Learned.NOTHING)[1][0], within(1e-3));
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> rotations() {
    return Stream.of(
        org.junit.jupiter.params.provider.Arguments.of("rope", "rope(base=7)"),
        org.junit.jupiter.params.provider.Arguments.of("rope", "nope"),
        org.junit.jupiter.params.provider.Arguments.of("alibi", "nope"));
  }

  /** The values of the scheme's parameters in a network. */
  private static Learned learned(MultiLayerNetwork network) {
    Map<String, INDArray> parameters = network.paramTable();
    INDArray shared = parameters.get("0_lagBias");
    INDArray lagBias = shared == null ? parameters.get("0_lagBias0") : shared;
    return new Learned(MAX, matrix(parameters.get("0_positions")), matrix(lagBias));
  }

  private static double[][] matrix(INDArray array) {
    return array == null ? null : array.toDoubleMatrix();
  }

  private static INDArray withInputTerm(INDArray x, PositionTables tables) {
    if (tables.input() == null) {
      return x;
    }
    return x.add(Nd4j.createFromArray(tables.input()).reshape('c', 1, LENGTH, WIDTH));
  }

  private static AttentionTrace trace(MultiLayerNetwork network, INDArray x, INDArray mask) {
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(network).get(0).observe(traces::add)) {
      network.output(x, false, mask, null);
    }
    return traces.get(0);
  }

  private static double[][] project(
      MultiLayerNetwork network, INDArray x, int b, int h, String name) {
    INDArray weight = network.getParam("0_" + name + ".W");
    INDArray bias = network.getParam("0_" + name + ".b");
    double[][] rows = new double[LENGTH][K];
    for (int t = 0; t < LENGTH; t++) {
      for (int c = 0; c < K; c++) {
        rows[t][c] = bias.getDouble(0, h * K + c);
        for (int d = 0; d < WIDTH; d++) {
          rows[t][c] += x.getDouble(b, t, d) * weight.getDouble(d, h * K + c);
        }
      }
    }
    return rows;
  }

  private static double[][] logitsFromTables(
      PositionalScheme scheme, int h, double[][] q, double[][] k, Learned learned) {
    int length = q.length;
    PositionTables tables = PositionTables.of(scheme, HEADS, K, HEADS * K, length, learned);
    double[][] logits = new double[length][length];
    for (int i = 0; i < length; i++) {
      for (int j = 0; j < length; j++) {
        double[] qi = tables.rotates() ? rotate(tables, h, i, q[i]) : q[i];
        double[] kj = tables.rotates() ? rotate(tables, h, j, k[j]) : k[j];
        for (int c = 0; c < K; c++) {
          logits[i][j] += qi[c] * kj[c] / Math.sqrt(K);
        }
        if (tables.biases()) {
          logits[i][j] += tables.lagBias()[h * (2 * length - 1) + i - j + length - 1];
        }
      }
    }
    return logits;
  }

  private static double[] rotate(PositionTables tables, int h, int t, double[] x) {
    double[] y = new double[K];
    for (int p = 0; p < K / 2; p++) {
      double cos = tables.cos()[(h * tables.length() + t) * K / 2 + p];
      double sin = tables.sin()[(h * tables.length() + t) * K / 2 + p];
      y[2 * p] = x[2 * p] * cos - x[2 * p + 1] * sin;
      y[2 * p + 1] = x[2 * p + 1] * cos + x[2 * p] * sin;
    }
    return y;
  }

  private static double[][] logitsFromLags(
      PositionalScheme scheme, int h, double[][] q, double[][] k, Learned learned) {
    int length = q.length;
    LagKernel kernel = LagKernel.of(scheme, h, HEADS, K, length, learned);
    double[][] logits = new double[length][length];
    for (int i = 0; i < length; i++) {
      for (int j = 0; j < length; j++) {
        int lag = i - j + length - 1;
        for (int p = 0; p < K / 2; p++) {
          // q conj(k) = re + i im, times cos + i sin, real part
          double re = q[i][2 * p] * k[j][2 * p] + q[i][2 * p + 1] * k[j][2 * p + 1];
          double im = q[i][2 * p + 1] * k[j][2 * p] - q[i][2 * p] * k[j][2 * p + 1];
          logits[i][j] += (re * kernel.cos()[p][lag] - im * kernel.sin()[p][lag]) / Math.sqrt(K);
        }
        logits[i][j] += kernel.bias()[lag];
      }
    }
    return logits;
  }

  private static double[][] scaled(double[][] logits, double by) {
    return Arrays.stream(logits)
        .map(row -> Arrays.stream(row).map(logit -> by * logit).toArray())
        .toArray(double[][]::new);
  }

  private static double[] softmax(double[] logits, int i, boolean causal, int tokens) {
    double[] weights = new double[logits.length];
    double sum = 0;
    for (int j = 0; j < logits.length; j++) {
      weights[j] = j < tokens && (!causal || j <= i) ? Math.exp(logits[j]) : 0;
      sum += weights[j];
    }
    for (int j = 0; j < logits.length; j++) {
      weights[j] /= sum;
    }
    return weights;
  }
}
