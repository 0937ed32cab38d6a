package io.github.pelab.train.spectra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Studies;
import io.github.pelab.train.Updates;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.spectra.SpectraRow.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class SpectraWatchTest {
  private static final double ROUNDING = 1e-5;
  private static final String MULTI_HEAD = "multi-head";
  private static final String LATENT = "mla(compressed=8,rotary=4)";

  @TempDir Path temporary;

  private Experiment experiment(String scheme, String attention) {
    return SpectraRuns.experiment(SpectraRuns.member(temporary, scheme, attention));
  }

  private static SpectraRow watch(Experiment experiment, MultiLayerNetwork network) {
    return new SpectraWatch(experiment).of(network, 2, OptionalDouble.of(0.5));
  }

  private static List<Head> heads(SpectraRow row) {
    return row.layers().stream().flatMap(layer -> layer.heads().stream()).toList();
  }

  @Test
  void trainingEndsAsWithoutItAndRowsAreReadAsTheyWereWritten() throws IOException {
    var member = SpectraRuns.member(temporary, "rope", MULTI_HEAD);
    Experiment experiment = SpectraRuns.experiment(member);
    RunDirectory watched =
        SpectraRuns.train(
            temporary.resolve("watched"), member, Studies.of(new SpectraWatch(experiment)));
    RunDirectory plain = SpectraRuns.train(temporary.resolve("plain"), member, Studies.NONE);
    assertThat(Checkpoints.file(watched, 6))
        .hasSameBinaryContentAs(Checkpoints.file(plain, plain.result("last").step()));
    List<SpectraRow> rows = watched.rows(RunDirectory.SPECTRA, SpectraRow.class);
    assertThat(rows).extracting(SpectraRow::step).containsExactly(0, 2, 4, 6);
    assertThat(rows.get(0).updateSize()).isNull();
    assertThat(rows.get(1).updateSize()).isPositive();
    assertThat(rows).extracting(SpectraRow::parameterNorm).doesNotHaveDuplicates();
    assertThat(Files.size(watched.path().resolve(RunDirectory.SPECTRA))).isPositive();
    SpectraRow last = watch(experiment, experiment.trainedNetwork(watched, "last"));
    assertThat(rows.get(3).layers()).isEqualTo(last.layers());
  }

  @ParameterizedTest
  @ValueSource(strings = {MULTI_HEAD, LATENT})
  void lossAndGradientsAreThoseOfTheNetworkWithoutDropout(String attention) {
    Experiment experiment = experiment("rope+t5", attention);
    MultiLayerNetwork network = experiment.network();
    SpectraRow row = watch(experiment, network);
    TaskBatch batch = experiment.first(Split.VALIDATION, SpectraRuns.EXAMPLES);
    INDArray probabilities = Evaluation.probabilities(network, batch);
    double loss = 0;
    for (int i = 0; i < SpectraRuns.EXAMPLES; i++) {
      Example example = batch.examples().get(i);
      loss -= Math.log(probabilities.getDouble(i, example.label())) / SpectraRuns.EXAMPLES;
    }
    assertThat(row.loss()).isCloseTo(loss, within(ROUNDING));
    assertThat(row.updateSize()).isEqualTo(0.5);
    assertThat(row.parameterNorm())
        .isCloseTo(network.params().norm2Number().doubleValue(), within(ROUNDING));

    MultiLayerNetwork plain = experiment.networkWithoutDropout();
    Updates.gradient(plain, batch);
    assertThat(row.gradientNorm())
        .isCloseTo(
            plain.getGradientsViewArray().norm2Number().doubleValue() / SpectraRuns.EXAMPLES,
            within(ROUNDING));
    AttentionAccess access = AttentionAccess.of(plain).get(0);
    for (int layer = 0; layer < SpectraRuns.LAYERS; layer++) {
      List<Head> heads = row.layers().get(layer).heads();
      assertThat(together(heads, Head::queryGradient))
          .isCloseTo(norm(plain, access.queryWeights(layer)), within(ROUNDING));
      assertThat(together(heads, Head::keyGradient))
          .isCloseTo(norm(plain, access.keyWeights(layer)), within(ROUNDING));
      assertThat(heads).extracting(Head::queryGradient).doesNotHaveDuplicates();
    }
  }

  @Test
  void aNetworkThatBrokeIsSaidToHaveBroken() {
    Experiment experiment = experiment("rope", MULTI_HEAD);
    MultiLayerNetwork network = experiment.network();
    network.params().muli(1e19);
    assertThatIllegalStateException()
        .isThrownBy(() -> watch(experiment, network))
        .withMessageMatching(
            "watching spectra: the (loss|gradient's norm) on \\d+ validation examples is"
                + " (NaN|Infinity) after update 2; lower training.learningRate, or set training.clip");
  }

  private static double together(List<Head> heads, ToDoubleFunction<Head> norm) {
    return Math.sqrt(
        heads.stream().mapToDouble(head -> Math.pow(norm.applyAsDouble(head), 2)).sum());
  }

  private static double norm(MultiLayerNetwork network, List<String> weights) {
    double squares = 0;
    for (String name : weights) {
      INDArray gradient = network.gradient().getGradientFor("0_" + name);
      squares += Math.pow(gradient.norm2Number().doubleValue() / SpectraRuns.EXAMPLES, 2);
    }
    return Math.sqrt(squares);
  }

  /** Those that the graph shows in whole arrays, of which the mean loss has an example's share. */
  @Test
  void gradientsAtLogitsAreOfTheMeanLoss() {
    Experiment experiment = experiment("alibi", MULTI_HEAD);
    MultiLayerNetwork network = experiment.networkWithoutDropout();
    SpectraRow row = watch(experiment, network);
    List<INDArray> gradients = new ArrayList<>();
    AttentionAccess access = AttentionAccess.of(network).get(0);
    TaskBatch batch = experiment.first(Split.VALIDATION, SpectraRuns.EXAMPLES);
    try (Scope scope = access.observeGradients((block, gradient) -> gradients.add(gradient))) {
      Updates.gradient(network, batch);
    }
    for (int layer = 0; layer < SpectraRuns.LAYERS; layer++) {
      double all = gradients.get(layer).norm2Number().doubleValue() / SpectraRuns.EXAMPLES;
      assertThat(together(row.layers().get(layer).heads(), Head::logitGradient))
          .isCloseTo(all, within(ROUNDING * all));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {MULTI_HEAD, LATENT})
  void contentIsWhatIsLeftWithoutRotationAndLagBias(String attention) {
    Experiment experiment = experiment("rope+alibi", attention);
    MultiLayerNetwork network = experiment.networkWithoutDropout();
    SpectraRow row = watch(experiment, network);
    AttentionAccess access = AttentionAccess.of(network).get(0);
    List<PartRemoval> removals = new ArrayList<>();
    for (int head = 0; head < SpectraRuns.HEADS; head++) {
      removals.add(new PartRemoval(0, head, HeadPart.ROTATION));
      removals.add(new PartRemoval(0, head, HeadPart.LAG_BIAS));
    }
    NetworkSpectra without;
    Evaluation evaluation =
        new Evaluation(experiment.task(), Split.VALIDATION, SpectraRuns.EXAMPLES, 3);
    try (Scope scope = access.intervene(removals)) {
      without = new NetworkSpectra(network, evaluation, SpectraRuns.QUIET.start("", 1));
    }
    for (int head = 0; head < SpectraRuns.HEADS; head++) {
      Measures content = row.layers().get(0).heads().get(head).content();
      Measures logits =
          Measures.of(
              without.of(0, head).stream().map(pair -> pair.orElseThrow().logits()).toList());
      assertThat(logits.spectralNorm())
          .isCloseTo(content.spectralNorm(), within(ROUNDING * content.spectralNorm()));
      assertThat(logits.entropyRank()).isCloseTo(content.entropyRank(), within(1e-3));
      assertThat(row.layers().get(0).heads().get(head).logits().spectralNorm())
          .isNotCloseTo(content.spectralNorm(), within(1e-3 * content.spectralNorm()));
    }
  }

  @Test
  void withoutPositionsLogitsAreContent() {
    Experiment experiment = experiment("nope", MULTI_HEAD);
    for (Head head : heads(watch(experiment, experiment.network()))) {
      assertThat(head.logits().spectralNorm())
          .isCloseTo(
              head.content().spectralNorm(), within(ROUNDING * head.content().spectralNorm()));
    }
  }

  /** Examples of 4 to 9 tokens: each by itself has no padding, in a batch most have. */
  @Test
  void paddingIsNotMeasured() {
    Experiment experiment = experiment("rope", MULTI_HEAD);
    MultiLayerNetwork network = experiment.networkWithoutDropout();
    NetworkSpectra together = spectra(experiment, network, SpectraRuns.EXAMPLES);
    NetworkSpectra alone = spectra(experiment, network, 1);
    for (int example = 0; example < SpectraRuns.EXAMPLES; example++) {
      double[] expected = alone.of(1, 2).get(example).orElseThrow().logits().raw().descending();
      double[] found = together.of(1, 2).get(example).orElseThrow().logits().raw().descending();
      assertThat(found).hasSameSizeAs(expected).containsExactly(expected, within(ROUNDING));
    }
    assertThat(
            IntStream.range(0, SpectraRuns.EXAMPLES)
                .map(
                    e -> together.of(0, 0).get(e).orElseThrow().logits().raw().descending().length))
        .as("lengths")
        .contains(4)
        .anyMatch(length -> length > 4);
  }

  private static NetworkSpectra spectra(
      Experiment experiment, MultiLayerNetwork network, int batch) {
    return new NetworkSpectra(
        network,
        new Evaluation(experiment.task(), Split.VALIDATION, SpectraRuns.EXAMPLES, batch),
        SpectraRuns.QUIET.start("", 1));
  }

  @Test
  void aHeadWhoseLogitsAreAllZeroHasNoSpectrum() {
    Experiment experiment = experiment("rope", MULTI_HEAD);
    MultiLayerNetwork network = experiment.network();
    String name = AttentionAccess.of(network).get(0).queryWeights(0).get(0);
    network.getParam("0_" + name).get(NDArrayIndex.all(), NDArrayIndex.interval(4, 8)).assign(0);
    List<Head> heads = watch(experiment, network).layers().get(0).heads();
    assertThat(heads.get(1).logits()).isNull();
    assertThat(heads.get(1).content()).isNull();
    assertThat(heads.get(2).logits()).isNotNull();
  }
}
