package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.tasks.Order;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.tasks.TaskIterator;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Faults of known places are planted, each alone in a network that is otherwise healthy. */
class DivergenceTest {
  private static final double HUGE = 3e38; // the largest float is 3.4e38
  private static final int HEAD_SIZE = 4;

  @TempDir Path temporary;

  private Experiment experiment(String model) {
    return Fixtures.experiment(
        Fixtures.sweep(
                temporary,
                """
                schemaVersion: 1
                name: planted
                task: {name: distance, vocabulary: 12, maxGap: 3, minLength: 4, maxLength: 7}
                data: {train: 64, validation: 64, test: 8}
                model: {layers: 3, width: 8, heads: 2, %s}
                training: {batch: 16, weightDecay: 0.1}
                """
                    .formatted(model))
            .members()
            .get(0));
  }

  /** What is told of the fault, in training; all of it must be as it was afterwards. */
  private String told(String model, Consumer<MultiLayerNetwork> fault) {
    Experiment experiment = experiment(model);
    MultiLayerNetwork network = experiment.network();
    fault.accept(network);
    float[] before = Fixtures.parameters(network);
    Updates.Seen seen = new Updates(network, 1, 0).next(experiment.trainingBatches());
    assertThat(seen.loss()).isNaN();
    String told = Divergence.ofLoss(network, List.of(seen.last()), true).orElseThrow();
    assertThat(Divergence.ofLoss(network, experiment.evaluation(Split.VALIDATION).batches(), false))
        .as("of the validation")
        .hasValue(told);
    assertThat(Fixtures.parameters(network)).isEqualTo(before);
    return told;
  }

  private static void fill(MultiLayerNetwork network, String parameter, double value) {
    network.getParam(parameter).assign(value);
  }

  @Test
  void ofAHealthyNetworkNothingIsClaimed() {
    Experiment experiment = experiment("scheme: rope");
    MultiLayerNetwork network = experiment.network();
    TaskBatch met = new Updates(network, 1, 0).next(experiment.trainingBatches()).last();
    assertThat(Divergence.ofLoss(network, List.of(met), true)).isEmpty();
    assertThat(Divergence.ofLoss(network, List.of(met), false)).isEmpty();
    assertThat(Divergence.ofGradient(network)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scheme: alibi",
        "scheme: t5, finalNorm: false",
        "scheme: learned, memory: true",
        "scheme: rope, attention: 'mla(compressed=8,rotary=4)'",
        "scheme: turn-released, attention:"
            + " 'mla(compressed=8,rotary=4,norm=false,rotaryQuery=shared)'",
      })
  void everyParameterIsNamed(String model) {
    Experiment experiment = experiment(model);
    MultiLayerNetwork network = experiment.network();
    List<TaskBatch> batches = List.of(experiment.trainingBatches().nextBatch());
    for (String name : network.paramTable().keySet()) {
      INDArray parameter = network.getParam(name);
      INDArray before = parameter.dup();
      parameter.putScalar(0, Double.NEGATIVE_INFINITY);
      assertThat(Divergence.ofLoss(network, batches, true).orElseThrow())
          .endsWith(" (parameter " + name + ")");
      parameter.assign(before);
    }
  }

  @Test
  void ofSeveralParametersTheFirstIsNamedWithItsPart() {
    String late = "0_block2.attention.q.W";
    String early = "0_block1.attentionNorm.gain"; // behind it in the table: gains follow weights
    assertThat(told("scheme: rope", network -> fill(network, late, Double.NaN)))
        .isEqualTo("block 2's attention (parameter " + late + ")");
    assertThat(
            told(
                "scheme: rope",
                network -> {
                  fill(network, late, Double.NaN);
                  fill(network, early, Double.NaN);
                }))
        .isEqualTo("block 1's attention (parameter " + early + ")");
    assertThat(told("scheme: rope", network -> fill(network, "1_b", Double.NaN)))
        .isEqualTo("the output layer (parameter 1_b)");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, nope", "0, 1, rope", "1, 0, alibi", "1, 1, t5", "2, 0, learned", "2, 1, rope"})
  void logitsThatOverflowAreNamedByBlockAndHead(int block, int head, String scheme) {
    assertThat(
            told(
                "dropout: 0.1, scheme: " + scheme,
                network -> {
                  for (String name : List.of("q", "k")) {
                    network
                        .getParam("0_block" + block + ".attention." + name + ".W")
                        .get(
                            NDArrayIndex.point(0),
                            NDArrayIndex.interval(head * HEAD_SIZE, (head + 1) * HEAD_SIZE))
                        .assign(1e25);
                  }
                }))
        .isEqualTo("block %d's attention (head %d's logits)", block, head);
  }

  @Test
  void valuesThatOverflowAreNamedByBlockAndHead() {
    assertThat(
            told(
                "scheme: rope",
                network -> {
                  INDArray values = network.getParam("0_block1.attention.v.W");
                  values
                      .get(NDArrayIndex.all(), NDArrayIndex.interval(HEAD_SIZE, 2 * HEAD_SIZE))
                      .muli(HUGE);
                }))
        .isEqualTo("block 1's attention (head 1's output)");
  }

  @ParameterizedTest
  @CsvSource({
    "0_block1.attentionNorm.gain, block 1's attention",
    "0_block0.feedForward.out.W, block 0's feed-forward",
    "0_block1.feedForwardNorm.gain, block 1's feed-forward",
    "0_block2.feedForward.in.W, block 2's feed-forward",
    "0_norm.gain, the final norm",
    "1_W, the output layer",
  })
  void partsThatOverflowAreNamed(String parameter, String part) {
    for (String model : new String[] {"scheme: rope", "scheme: nope, memory: true"}) {
      assertThat(told(model, network -> network.getParam(parameter).muli(HUGE)))
          .as(model)
          .startsWith(part);
    }
  }

  /** A token that is nothing but huge breaks the batches that it is in, and no others. */
  @Test
  void ofSeveralBatchesTheBrokenOneIsLookedInto() {
    Experiment experiment = experiment("scheme: rope");
    MultiLayerNetwork network = experiment.network();
    List<TaskBatch> batches = new Evaluation(experiment.task(), Split.VALIDATION, 8, 1).batches();
    int rare =
        IntStream.range(0, experiment.task().vocabularySize())
            .filter(token -> has(batches.get(7), token) && !has(batches.get(0), token))
            .findFirst()
            .orElseThrow();
    network.getParam("0_embedding").getRow(rare).assign(HUGE);
    assertThat(Divergence.ofLoss(network, batches, false)).hasValue("the embedding");
    assertThat(Divergence.ofLoss(network, batches.subList(0, 1), false)).isEmpty();
  }

  private static boolean has(TaskBatch batch, int token) {
    return batch.examples().stream()
        .anyMatch(example -> Arrays.stream(example.tokens()).anyMatch(each -> each == token));
  }

  /**
   * What dropout leaves is ten times as large, and no float: a norm makes 0 of the number as it is,
   * and NaN of infinity. Where it leaves nothing of a sequence, all is well.
   */
  @Test
  void dropoutIsThatOfThePassThatBroke() {
    Experiment experiment = experiment("scheme: rope, dropout: 0.9");
    MultiLayerNetwork network = experiment.network();
    network.getParam("0_block0.feedForward.out.b").putScalar(0, 1e38);
    TaskIterator batches =
        new TaskIterator(experiment.task(), Split.TRAIN, 32, 1, Order.sequential());
    Updates updates = new Updates(network, 1, 0);
    int broken = 0;
    while (batches.hasNext()) {
      network.setIterationCount(network.getIterationCount() + 1);
      Updates.Seen seen = updates.next(batches);
      assertThat(Divergence.ofLoss(network, List.of(seen.last()), true))
          .isEqualTo(
              Double.isFinite(seen.loss())
                  ? Optional.empty()
                  : Optional.of("block 0's feed-forward"));
      assertThat(Divergence.ofLoss(network, List.of(seen.last()), false)).isEmpty();
      broken += Double.isFinite(seen.loss()) ? 0 : 1;
    }
    assertThat(broken).isBetween(4, 28);
  }

  /** Logits and their softmax are finite; the squares of the weights are not. */
  @Test
  void weightDecayThatOverflowsIsNamed() {
    assertThat(told("scheme: rope", network -> fill(network, "1_W", 1e25)))
        .isEqualTo("the weight decay");
  }

  /** What the feed-forward's output weight multiplies is tiny going forward, and not back. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aGradientThatOverflowsIsNamedWhereItDoesFirst(int microBatches) {
    Experiment experiment = experiment("scheme: rope");
    MultiLayerNetwork network = experiment.network();
    fill(network, "0_block1.feedForward.in.W", 0);
    fill(network, "0_block1.feedForward.in.b", 1e-36);
    network.getParam("0_block1.feedForward.out.W").muli(1e36);
    Updates.Seen seen = new Updates(network, microBatches, 0).next(experiment.trainingBatches());
    assertThat(seen.loss()).isFinite();
    assertThat(seen.gradientNorm()).isInfinite();
    assertThat(Divergence.ofGradient(network))
        .hasValue("block 1's feed-forward (gradient of 0_block1.feedForward.in.b)");
    assertThat(Divergence.ofLoss(network, List.of(seen.last()), true)).isEmpty();
  }

  @Test
  void whatCannotBeLookedIntoIsNoSecondFailure() {
    MultiLayerNetwork stranger =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    stranger.init();
    assertThat(Divergence.ofLoss(stranger, List.of(), true)).isEmpty();
    assertThat(Divergence.ofGradient(stranger)).isEmpty();
  }
}
