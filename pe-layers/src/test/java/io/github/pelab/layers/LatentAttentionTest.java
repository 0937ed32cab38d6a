package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionTables.Learned;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.AttentionForms;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Latent attention against plain loops over its formula. */
class LatentAttentionTest {
  private static final double ROUNDING = 1e-12;
  private static final int HEADS = 2;
  private static final int K = WIDTH / HEADS;
  private static final int C = 6;
  private static final int R = 4;
  private static final int LENGTH = 7;

  private final Networks networks = Networks.of(DataType.DOUBLE);

  private MultiLayerNetwork network(String form, String scheme) {
    MultiLayerNetwork network =
        networks.sequence(
            new MultiHeadAttention.Builder()
                .heads(HEADS)
                .form(form)
                .scheme(scheme)
                .bias(false)
                .build());
    // gains of 1 would hide where they are applied
    network.paramTable().entrySet().stream()
        .filter(parameter -> parameter.getKey().endsWith(".gain"))
        .forEach(
            gain ->
                gain.getValue().assign(Nd4j.linspace(0.5, 1.5, C, DataType.DOUBLE).reshape(1, C)));
    return network;
  }

  @ParameterizedTest
  @CsvSource({
    "'', nope, true, false",
    "'', rope, true, false",
    "'', rope(heads=1), true, false",
    "'', rope(fraction=0.5), true, false",
    "'', alibi+rope, true, false",
    "',norm=false', rope, false, false",
    "',rotaryQuery=shared', rope, true, true",
    "',rotaryQuery=shared', rope(heads=1), true, true",
    "',norm=false,rotaryQuery=shared', alibi+rope, false, true"
  })
  void logitsAndOutputFollowTheFormula(
      String options, String scheme, boolean norm, boolean sharedQuery) {
    MultiLayerNetwork network = network("mla(compressed=6,rotary=4" + options + ")", scheme);
    INDArray x = networks.sequences(1, LENGTH, 1);
    List<AttentionTrace> traces = new ArrayList<>();
    try (Scope scope = AttentionAccess.of(network).get(0).observe(traces::add)) {
      network.output(x);
    }
    AttentionTrace trace = traces.get(0);
    double[][] rows = x.reshape(LENGTH, WIDTH).toDoubleMatrix();
    double[][] queries = latent(rows, network, "dq", norm);
    double[][] latent = latent(rows, network, "dkv", norm);
    double[][] queryContent = product(queries, network, "uq.W");
    double[][] queryRotary = product(queries, network, "qr.W");
    double[][] keyContent = product(latent, network, "uk.W");
    double[][] keyRotary = product(rows, network, "kr.W");
    double[][] value = product(latent, network, "uv.W");
    PositionTables tables =
        PositionTables.of(Schemes.parse(scheme), HEADS, R, WIDTH, LENGTH, Learned.NOTHING);
    for (int h = 0; h < HEADS; h++) {
      int ofHead = sharedQuery ? 0 : h * R;
      for (int i = 0; i < LENGTH; i++) {
        for (int c = 0; c < K + R; c++) {
          boolean content = c < K;
          assertThat(trace.query(h).getDouble(0, i, c))
              .isCloseTo(
                  content ? queryContent[i][h * K + c] : queryRotary[i][ofHead + c - K],
                  within(ROUNDING));
          assertThat(trace.key(h).getDouble(0, i, c))
              .isCloseTo(
                  content ? keyContent[i][h * K + c] : keyRotary[i][c - K], within(ROUNDING));
        }
        double[] weights = new double[LENGTH];
        double sum = 0;
        for (int j = 0; j < LENGTH; j++) {
          double logit = 0;
          for (int c = 0; c < K; c++) {
            logit += queryContent[i][h * K + c] * keyContent[j][h * K + c];
          }
          double[] q = rotated(tables, h, i, part(queryRotary[i], ofHead));
          double[] k = rotated(tables, h, j, part(keyRotary[j], 0));
          for (int r = 0; r < R; r++) {
            logit += q[r] * k[r];
          }
          logit /= Math.sqrt(K + R);
          logit +=
              tables.biases() ? tables.lagBias()[h * (2 * LENGTH - 1) + i - j + LENGTH - 1] : 0;
          assertThat(trace.logits().getDouble(0, h, i, j)).isCloseTo(logit, within(ROUNDING));
          weights[j] = Math.exp(logit);
          sum += weights[j];
        }
        for (int c = 0; c < K; c++) {
          double output = 0;
          for (int j = 0; j < LENGTH; j++) {
            output += weights[j] / sum * value[j][h * K + c];
          }
          assertThat(trace.headOutputs().getDouble(0, i, h * K + c))
              .isCloseTo(output, within(ROUNDING));
        }
      }
    }
    assertThat(trace.outputBias()).isNull();
    INDArray contributions = trace.contribution(0).add(trace.contribution(1));
    assertThat(contributions.sub(trace.output()).amaxNumber().doubleValue()).isLessThan(ROUNDING);
  }

  private static double[][] product(double[][] rows, MultiLayerNetwork network, String name) {
    return Nd4j.createFromArray(rows).mmul(network.getParam("0_" + name)).toDoubleMatrix();
  }

  private static double[][] latent(
      double[][] rows, MultiLayerNetwork network, String name, boolean norm) {
    double[][] latent = product(rows, network, name + ".W");
    return norm ? normed(latent, network, name + ".gain") : latent;
  }

  private static double[][] normed(double[][] rows, MultiLayerNetwork network, String gain) {
    double[] gains = network.getParam("0_" + gain).toDoubleVector();
    double[][] normed = new double[rows.length][C];
    for (int t = 0; t < rows.length; t++) {
      double meanSquare = 0;
      for (double each : rows[t]) {
        meanSquare += each * each / C;
      }
      for (int c = 0; c < C; c++) {
        normed[t][c] = rows[t][c] / Math.sqrt(meanSquare + 1e-6) * gains[c];
      }
    }
    return normed;
  }

  private static double[] part(double[] row, int from) {
    return java.util.Arrays.copyOfRange(row, from, from + R);
  }

  private static double[] rotated(PositionTables tables, int h, int t, double[] x) {
    if (!tables.rotates()) {
      return x;
    }
    double[] y = new double[R];
    for (int p = 0; p < R / 2; p++) {
      double cos = tables.cos()[(h * LENGTH + t) * R / 2 + p];
      double sin = tables.sin()[(h * LENGTH + t) * R / 2 + p];
      y[2 * p] = x[2 * p] * cos - x[2 * p + 1] * sin;
      y[2 * p + 1] = x[2 * p + 1] * cos + x[2 * p] * sin;
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mla",
        "mla(compressed=6,rotary=4)",
        "mla(norm=false)",
        "mla(rotaryQuery=shared)",
        "mla(compressed=6,rotary=4,norm=false,rotaryQuery=shared)"
      })
  void whatIsWrittenIsReadBack(String form) {
    assertThat(AttentionForms.parse(form)).hasToString(form);
  }

  @Test
  void defaultsAreLeftOut() {
    assertThat(AttentionForms.parse("mla(compressed=128,rotary=16,norm=true,rotaryQuery=per-head)"))
        .isEqualTo(AttentionForms.parse("mla"))
        .hasToString("mla");
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThatThrownBy(() -> new MultiHeadAttention.Builder().form("mla(rotary=3)"))
        .hasMessage(
            "attention mla: option rotary must be even, found 3: schemes turn pairs of components");
    assertThatThrownBy(() -> new MultiHeadAttention.Builder().form("mlp"))
        .hasMessage("unknown attention 'mlp'; known are fast, mla, multi-head");
    assertThatThrownBy(() -> new MultiHeadAttention.Builder().form("mla(rank=3)"))
        .hasMessage(
            "attention mla: unknown option 'rank=3'; known are compressed, rotary, norm, rotaryQuery");
    assertThatThrownBy(() -> new MultiHeadAttention.Builder().form("mla(norm=no)"))
        .hasMessage("attention mla: option norm must be true or false, found 'no'");
    assertThatThrownBy(() -> new MultiHeadAttention.Builder().form("mla(rotaryQuery=one)"))
        .hasMessage(
            "attention mla: option rotaryQuery must be one of [per-head, shared], found 'one'");
  }
}
