package io.github.pelab.layers;

import static io.github.pelab.layers.Networks.VOCABULARY;
import static io.github.pelab.layers.Networks.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.pelab.layers.heads.AttentionAccess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * What DL4J's own runtime of SameDiff layers gets wrong, and what a layer promises of its input.
 */
class RuntimeTest {
  private final Networks networks = Networks.of(DataType.FLOAT);

  private static EncoderBlock.Builder block() {
    return new EncoderBlock.Builder().heads(2).scheme("rope").feedForward(16);
  }

  private static EncoderStack.Builder stack() {
    return new EncoderStack.Builder()
        .vocabulary(VOCABULARY)
        .layers(2)
        .width(WIDTH)
        .heads(2)
        .scheme("rope")
        .maxLength(20);
  }

  @Test
  void anyBatchAndLengthOnOneNetwork() {
    MultiLayerNetwork network = networks.updater(new Adam(1e-3)).stack(stack().build());
    int[][] shapes = {{3, 5}, {7, 9}, {1, 20}, {3, 1}, {3, 5}};
    INDArray first = network.output(networks.tokens(3, 5, 1));
    for (int[] shape : shapes) {
      INDArray tokens = networks.tokens(shape[0], shape[1], 1);
      network.output(tokens);
      network.fit(tokens, networks.labels(shape[0], 2));
    }
    assertThat(first.sub(network.output(networks.tokens(3, 5, 1))).amaxNumber().doubleValue())
        .as("training moved the output")
        .isGreaterThan(1e-4);
  }

  @Test
  void batchesDoNotMix() {
    MultiLayerNetwork network = networks.sequence(block().build());
    INDArray x = networks.sequences(4, 6, 1);
    INDArray together = network.output(x);
    for (int b = 0; b < 4; b++) {
      INDArray alone = network.output(x.get(NDArrayIndex.interval(b, b + 1)));
      assertThat(
              together.get(NDArrayIndex.interval(b, b + 1)).sub(alone).amaxNumber().doubleValue())
          .isLessThan(1e-6);
    }
  }

  @Test
  void paddingHasNoInfluenceAndNoOutput() {
    MultiLayerNetwork network = networks.sequence(block().build());
    INDArray x = networks.sequences(2, 6, 1);
    INDArray mask = networks.mask(6, 6, 4);
    INDArray before = network.feedForward(x, mask, mask).get(1).dup();
    x.get(NDArrayIndex.point(1), NDArrayIndex.interval(4, 6), NDArrayIndex.all()).assign(1e3);
    INDArray after = network.feedForward(x, mask, mask).get(1).dup();
    // Zero is added because padding gives 0 or −0, which are the same number.
    assertThat(Bits.of(after.add(0))).isEqualTo(Bits.of(before.add(0)));
    INDArray padding = after.get(NDArrayIndex.point(1), NDArrayIndex.interval(4, 6));
    assertThat(padding.amaxNumber().doubleValue()).isZero();
    assertThat(after.get(NDArrayIndex.point(1), NDArrayIndex.point(3)).amaxNumber().doubleValue())
        .isPositive();
  }

  @Test
  void nothingButPaddingGivesNumbers() {
    MultiLayerNetwork network = networks.stack(stack().build());
    INDArray output = network.output(networks.tokens(2, 5, 1), false, networks.mask(5, 5, 0), null);
    assertThat(output.isNaN().any()).isFalse();
  }

  @Test
  void dropoutIsForTrainingOnly() {
    MultiLayerNetwork network =
        networks.sequence(block().attentionDropout(0.3).residualDropout(0.3).build());
    MultiLayerNetwork without = networks.sequence(block().build());
    without.setParams(network.params());
    INDArray x = networks.sequences(3, 6, 1);
    assertThat(Bits.of(network.output(x, false))).isEqualTo(Bits.of(without.output(x, false)));
    assertThat(Bits.of(network.output(x, true))).isNotEqualTo(Bits.of(without.output(x, true)));
  }

  @Test
  void everyUpdateDropsOtherElements() {
    INDArray x = networks.sequences(3, 6, 1);
    INDArray labels = networks.labels(3, 6, 2);
    Networks still = Networks.of(DataType.FLOAT).updater(new Sgd(0));
    MultiLayerNetwork network = still.sequence(block().attentionDropout(0.5).build());
    ComputationGraph graph = still.residual(block().attentionDropout(0.5).build());
    Set<Double> scores = new HashSet<>();
    Set<Double> graphScores = new HashSet<>();
    for (int update = 0; update < 4; update++) {
      network.fit(x, labels);
      scores.add(network.score());
      graph.fit(new INDArray[] {x}, new INDArray[] {labels});
      graphScores.add(graph.score());
    }
    assertThat(scores).hasSize(4);
    assertThat(graphScores).hasSize(4);
  }

  @Test
  void dropoutDiffersBySeedButNotByRepetition() {
    INDArray x = networks.sequences(3, 6, 1);
    MultiLayerNetwork network = networks.seed(1).sequence(block().attentionDropout(0.5).build());
    INDArray first = network.feedForward(x, true).get(1).dup();
    assertThat(Bits.of(network.feedForward(x, true).get(1))).isEqualTo(Bits.of(first));
    MultiLayerNetwork otherSeed = networks.seed(2).sequence(block().attentionDropout(0.5).build());
    otherSeed.setParams(network.params());
    assertThat(Bits.of(otherSeed.feedForward(x, true).get(1))).isNotEqualTo(Bits.of(first));
  }

  @Test
  void dropoutKeepsTheExpectation() {
    // Twenty thousand elements: three standard deviations of the mean are 0.02.
    MultiLayerNetwork network =
        networks.sequence(new MultiHeadAttention.Builder().heads(1).attentionDropout(0.4).build());
    INDArray x = Nd4j.ones(DataType.FLOAT, 50, 20, WIDTH);
    INDArray trained = network.feedForward(x, true).get(1).dup();
    INDArray plain = network.feedForward(x, false).get(1);
    assertThat(trained.meanNumber().doubleValue() / plain.meanNumber().doubleValue())
        .isBetween(0.98, 1.02);
  }

  @Test
  void setParamSets() {
    MultiLayerNetwork network = networks.sequence(block().build());
    INDArray value = Nd4j.rand(DataType.FLOAT, WIDTH, WIDTH);
    network.setParam("0_attention.q.W", value);
    assertThat(Bits.of(network.getParam("0_attention.q.W"))).isEqualTo(Bits.of(value));
    assertThatThrownBy(() -> network.getLayer(0).setParam("attention.q.W", Nd4j.ones(2, 2)))
        .hasMessageContaining("invalid shape");
  }

  @Test
  void workspacesChangeNothing() {
    INDArray[] params = new INDArray[2];
    for (WorkspaceMode mode : new WorkspaceMode[] {WorkspaceMode.ENABLED, WorkspaceMode.NONE}) {
      MultiLayerNetwork network =
          Networks.of(DataType.FLOAT)
              .updater(new Adam(1e-2))
              .workspaces(mode)
              .stack(stack().attentionDropout(0.1).build());
      for (int step = 0; step < 5; step++) {
        network.fit(
            new DataSet(
                networks.tokens(4, 7 + step, step),
                networks.labels(4, step),
                networks.mask(7 + step, 7, 5, 3, 1),
                null));
      }
      params[mode == WorkspaceMode.NONE ? 1 : 0] = network.params().dup();
    }
    assertThat(Bits.of(params[0])).isEqualTo(Bits.of(params[1]));
  }

  /** The score of single precision, which does not ask ND4J for each sum. */
  @Test
  void regularizationScoresAsDl4jSays() {
    EncoderStack.Builder decaying = stack();
    decaying.weightDecay(0.1, true);
    Layer layer = networks.stack(decaying.build()).getLayer(0);
    double expected = 0;
    for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
      for (var each : layer.getConfig().getRegularizationByParam(parameter.getKey())) {
        expected += each.score(parameter.getValue(), 0, 0);
      }
    }
    assertThat(expected).isPositive();
    assertThat(layer.calcRegularizationScore(true)).isCloseTo(expected, withinPercentage(1e-4));
  }

  @Test
  void learns() {
    MultiLayerNetwork network = networks.updater(new Adam(1e-2)).stack(stack().build());
    INDArray tokens = networks.tokens(12, 8, 1);
    INDArray labels = networks.labels(12, 2);
    double before = network.score(new DataSet(tokens, labels));
    for (int step = 0; step < 60; step++) {
      network.fit(tokens, labels);
    }
    assertThat(network.score(new DataSet(tokens, labels))).isLessThan(before / 10);
  }

  @Test
  void standardOutputStaysSilent() {
    PrintStream standardOut = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      networks
          .updater(new Adam(1e-3))
          .stack(stack().build())
          .fit(networks.tokens(2, 4, 1), networks.labels(2, 1));
    } finally {
      System.setOut(standardOut);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void refusesWhatItHasNoMeaningFor() {
    assertThatThrownBy(() -> stack().heads(5).build())
        .hasMessage(
            "heads must divide the width, found 5 heads on width 8; the nearest widths are 5 and 10");
    assertThatThrownBy(() -> stack().width(6).heads(2).build())
        .hasMessageContaining("needs an even head size, found 3 (width 6 / 2 heads)");
    assertThatThrownBy(() -> stack().scheme("ropes").build())
        .hasMessageStartingWith("unknown scheme 'ropes'; known are alibi, ");
    assertThatThrownBy(() -> stack().maxLength(0)).hasMessageContaining("maxLength");
    assertThatThrownBy(() -> stack().attentionDropout(1)).hasMessageContaining("probability");
    assertThatThrownBy(() -> stack().vocabulary(0).build()).hasMessageContaining("vocabulary");

    assertThatThrownBy(() -> new EncoderStack.Builder().vocabulary(3).build())
        .hasMessage("width must be at least 1, found 0; set it, or give the network an input type");

    MultiLayerNetwork network = networks.stack(stack().build());
    assertThatThrownBy(() -> network.output(networks.tokens(1, 21, 1)))
        .hasMessageContaining("sequence of 21 tokens is longer than maxLength 20");
    assertThatThrownBy(() -> network.output(networks.sequences(1, 4, 1)))
        .hasMessageContaining("token numbers [batch, time]");
    for (float wrong : new float[] {VOCABULARY, -1, 0.5f, Float.NaN}) {
      assertThatThrownBy(() -> network.output(Nd4j.createFromArray(new float[][] {{1, 2, wrong}})))
          .hasMessageContaining("in sequence 0 at position 2");
    }
    assertThatThrownBy(
            () -> network.output(networks.tokens(2, 4, 1), false, networks.mask(5, 5, 5), null))
        .hasMessageContaining("mask has shape [2, 5]");
    assertThatThrownBy(() -> networks.sequence(block().width(16).heads(2).build()))
        .hasMessageContaining("width is 16, but the layer before has width 8");
  }

  @Test
  void aBuilderMayBeToldInAnyOrder() {
    EncoderStack one =
        stack().scheme("rope(heads=3)").width(12).heads(3).form("mla(rotary=2)").build();
    EncoderStack other =
        stack().form("mla(rotary=2)").heads(3).width(12).scheme("rope(heads=3)").build();
    assertThat(one).isEqualTo(other);
  }

  @Test
  void frozenLayersAreSeenThrough() {
    MultiLayerNetwork network = networks.stack(stack().build());
    MultiLayerNetwork frozen = new TransferLearning.Builder(network).setFeatureExtractor(0).build();
    assertThat(AttentionAccess.of(frozen)).hasSize(1);
  }

  /** SameDiff would keep what each thread used for as long as the network lives. */
  @Test
  void otherThreadsLeaveTheSameAnswers() throws Exception {
    MultiLayerNetwork network = networks.stack(stack().build());
    INDArray tokens = networks.tokens(2, 5, 1);
    INDArray here = network.output(tokens);
    INDArray[] there = new INDArray[1];
    Thread thread = new Thread(() -> there[0] = network.output(tokens).dup());
    thread.start();
    thread.join();
    assertThat(Bits.of(there[0])).isEqualTo(Bits.of(here));
    assertThat(Bits.of(network.output(tokens))).isEqualTo(Bits.of(here));
  }
}
