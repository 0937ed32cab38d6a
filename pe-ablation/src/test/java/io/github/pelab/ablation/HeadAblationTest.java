package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.HeadAblation.Head;
import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.AttentionForms;
import io.github.pelab.layers.sublayer.FormFactory;
import io.github.pelab.tasks.DistanceTask;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.config.AblationConfig.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * That the ablation of a head is an ablation of that head, for every scheme; and that the laws it
 * is held to can tell: published tools zero columns that belong to several heads, or columns of the
 * output, where heads are mixed already.
 */
class HeadAblationTest {
  private static final int WIDTH = 16;
  private static final int K = WIDTH / Models.HEADS;

  /** Lengths 5 to 9: batches have padding. */
  private static final DistanceTask TASK =
      new DistanceTask(new DistanceTask.Options(8, 3, 5, 9, 1L));

  private static final List<TaskBatch> REFERENCE =
      new Evaluation(TASK, Split.VALIDATION, 10, 4).batches();
  private static final TaskBatch BATCH = new Evaluation(TASK, Split.TEST, 5, 5).batches().get(0);

  /** What replaces a head's output; as-released is zero. */
  private static final List<Mode> MODES = List.of(Mode.MEAN, Mode.ZERO, Mode.RESAMPLE);

  static Stream<Arguments> models() {
    Stream<Arguments> schemes =
        Stream.concat(Schemes.all().stream().map(SchemeFactory::name), Stream.of("alibi+rope"))
            .flatMap(
                scheme ->
                    Stream.of(false, true)
                        .flatMap(
                            causal ->
                                MODES.stream()
                                    .map(
                                        mode -> Arguments.of("multi-head", scheme, causal, mode))));
    return Stream.concat(schemes, otherForms());
  }

  /**
   * The fast form; the latent one, also with the faults of its release, and with the released turn
   * too.
   */
  private static Stream<Arguments> otherForms() {
    String released = "mla(compressed=8,rotary=4,norm=false,rotaryQuery=shared)";
    return Stream.of(
            "fast(degree=8,bound=6) rope",
            "mla(compressed=8,rotary=4) rope",
            released + " rope",
            released + " turn-released")
        .map(model -> model.split(" "))
        .flatMap(
            model -> MODES.stream().map(mode -> Arguments.of(model[0], model[1], false, mode)));
  }

  static Stream<Arguments> forms() {
    return Stream.concat(
        MODES.stream().map(mode -> Arguments.of("multi-head", "rope", false, mode)), otherForms());
  }

  @Test
  void theFormsAreAllThereAre() {
    assertThat(AttentionForms.all())
        .extracting(FormFactory::name)
        .containsExactlyInAnyOrder("multi-head", "mla", "fast");
  }

  @ParameterizedTest
  @MethodSource("models")
  void obeysTheLaws(String form, String scheme, boolean causal, Mode mode) {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, form, scheme, causal);
    HeadAblation ablation = new HeadAblation(network, mode, REFERENCE);
    assertThat(ablation.layers()).isEqualTo(Models.LAYERS);
    List<AttentionTrace> before = Models.traces(network, BATCH);
    for (int layer = 0; layer < Models.LAYERS; layer++) {
      Laws.contributionsAddUp(before.get(layer));
      assertThat(ablation.heads(layer)).isEqualTo(Models.HEADS);
      for (int head = 0; head < Models.HEADS; head++) {
        Head ablated = new Head(layer, head);
        AttentionTrace after;
        try (Scope scope = ablation.ablate(List.of(ablated), BATCH, 0)) {
          after = Models.traces(network, BATCH).get(layer);
        }
        Laws.contributionsAddUp(after);
        Laws.otherHeadsAreUntouched(before.get(layer), after, head);
        Laws.onlyItsContributionIsExchanged(
            before.get(layer), after, head, ablation.value(ablated, BATCH, 0));
        Laws.nothingIsLeftBehind(network, BATCH, () -> forwardUnder(ablation, network, ablated));
        Laws.nothingIsLeftBehind(network, BATCH, () -> failUnder(ablation, network, ablated));
      }
    }
  }

  /** The same laws when other heads, of the same layer and of the one before, are ablated. */
  @ParameterizedTest
  @MethodSource("forms")
  void severalHeadsOfSeveralLayersObeyTheLaws(
      String form, String scheme, boolean causal, Mode mode) {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, form, scheme, causal);
    HeadAblation ablation = new HeadAblation(network, mode, REFERENCE);
    List<Head> heads = List.of(new Head(0, 1), new Head(0, 3), new Head(1, 0), new Head(1, 2));
    for (int more = 0; more < heads.size(); more++) {
      Head next = heads.get(more);
      AttentionTrace before = traces(network, ablation, heads.subList(0, more)).get(next.layer());
      AttentionTrace after =
          traces(network, ablation, heads.subList(0, more + 1)).get(next.layer());
      Laws.contributionsAddUp(after);
      Laws.otherHeadsAreUntouched(before, after, next.head());
      Laws.onlyItsContributionIsExchanged(
          before, after, next.head(), ablation.value(next, BATCH, 0));
    }
    Laws.nothingIsLeftBehind(network, BATCH, () -> traces(network, ablation, heads));
  }

  private static List<AttentionTrace> traces(
      MultiLayerNetwork network, HeadAblation ablation, List<Head> ablated) {
    try (Scope scope = ablation.ablate(ablated, BATCH, 0)) {
      return Models.traces(network, BATCH);
    }
  }

  private static void forwardUnder(HeadAblation ablation, MultiLayerNetwork network, Head ablated) {
    try (Scope scope = ablation.ablate(List.of(ablated), BATCH, 0)) {
      Models.output(network, BATCH);
    }
  }

  /** The forward pass itself fails, on a token that there is not. */
  private static void failUnder(HeadAblation ablation, MultiLayerNetwork network, Head ablated) {
    assertThatThrownBy(
            () -> {
              try (Scope scope = ablation.ablate(List.of(ablated), BATCH, 0)) {
                Models.output(network, withWrongToken(BATCH));
              }
            })
        .hasMessageContaining("token 8.0 in sequence 0 at position 0");
  }

  private static TaskBatch withWrongToken(TaskBatch batch) {
    DataSet data = batch.data().copy();
    data.getFeatures().putScalar(0, 0, TASK.vocabularySize());
    return new TaskBatch(data, batch.examples());
  }

  @Test
  void aLayersHeadsAreAblatedTogether() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    HeadAblation ablation = new HeadAblation(network, Mode.MEAN, REFERENCE);
    List<Head> all =
        Stream.iterate(0, head -> head + 1)
            .limit(Models.HEADS)
            .map(head -> new Head(1, head))
            .toList();
    AttentionTrace first = Models.traces(network, BATCH).get(0);
    try (Scope scope = ablation.ablate(all, BATCH, 0)) {
      List<AttentionTrace> after = Models.traces(network, BATCH);
      assertThat(Models.bits(after.get(0).output())).isEqualTo(Models.bits(first.output()));
      for (int head = 0; head < Models.HEADS; head++) {
        for (int b = 0; b < 5; b++) {
          INDArray token =
              after
                  .get(1)
                  .headOutput(head)
                  .get(NDArrayIndex.point(b), NDArrayIndex.point(2), NDArrayIndex.all());
          assertThat(Models.bits(token))
              .isEqualTo(Models.bits(ablation.value(all.get(head), BATCH, 0)));
        }
      }
    }
    Laws.nothingIsLeftBehind(network, BATCH, () -> ablation.ablate(all, BATCH, 0).close());
  }

  /** Planted: K columns in a row, but half of them the next head's. */
  @Test
  void lawsRefuseColumnsThatStraddleTwoHeads() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    AttentionTrace before = Models.traces(network, BATCH).get(0);
    INDArray handed = before.headOutputs().dup();
    handed
        .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(K / 2, K + K / 2))
        .assign(0);
    AttentionTrace after;
    try (Scope scope =
        AttentionAccess.of(network)
            .get(0)
            .intervene(
                List.of(
                    new HeadReplacement(0, 0, columns(handed, 0)),
                    new HeadReplacement(0, 1, columns(handed, 1))))) {
      after = Models.traces(network, BATCH).get(0);
    }
    INDArray zero = Nd4j.zeros(DataType.DOUBLE, K);
    for (int head = 0; head < 2; head++) {
      int claimed = head;
      assertRefused(() -> Laws.otherHeadsAreUntouched(before, after, claimed));
      assertRefused(() -> Laws.onlyItsContributionIsExchanged(before, after, claimed, zero));
    }
  }

  private static INDArray columns(INDArray handed, int head) {
    return handed
        .get(
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.interval((long) head * K, (head + 1L) * K))
        .dup();
  }

  /** Planted: columns h·K to (h+1)·K − 1 of the output, where every head has had its say. */
  @Test
  void lawsRefuseAnAblationBehindTheProjection() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    AttentionTrace before = Models.traces(network, BATCH).get(0);
    INDArray output = before.output().dup();
    output.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(K, 2 * K)).assign(0);
    AttentionTrace after = with(before, before.headOutputs(), output, before.outputWeight());
    INDArray zero = Nd4j.zeros(DataType.DOUBLE, K);
    assertRefused(() -> Laws.contributionsAddUp(after));
    assertRefused(() -> Laws.onlyItsContributionIsExchanged(before, after, 1, zero));
  }

  /** Planted: another head, the same head with another value, no head at all. */
  @Test
  void lawsRefuseTheWrongHeadTheWrongValueAndNoOps() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    HeadAblation ablation = new HeadAblation(network, Mode.MEAN, REFERENCE);
    AttentionTrace before = Models.traces(network, BATCH).get(0);
    AttentionTrace after;
    try (Scope scope = ablation.ablate(List.of(new Head(0, 2)), BATCH, 0)) {
      after = Models.traces(network, BATCH).get(0);
    }
    INDArray mean = ablation.value(new Head(0, 2), BATCH, 0);
    assertRefused(() -> Laws.otherHeadsAreUntouched(before, after, 1));
    assertRefused(() -> Laws.onlyItsContributionIsExchanged(before, after, 1, mean));
    assertRefused(() -> Laws.onlyItsContributionIsExchanged(before, after, 2, mean.add(1e-9)));
    assertRefused(() -> Laws.onlyItsContributionIsExchanged(before, before, 2, mean));
    INDArray own = before.headOutput(2).get(NDArrayIndex.point(0), NDArrayIndex.point(0));
    assertThat(own.rank()).isEqualTo(1);
    assertRefused(() -> Laws.onlyItsContributionIsExchanged(before, before, 2, own));
  }

  /** Planted: the heads' columns interleaved; the projection transposed. Every shape still fits. */
  @Test
  void firstLawRefusesAWrongSplit() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    AttentionTrace trace = Models.traces(network, BATCH).get(0);
    long[] shape = trace.headOutputs().shape();
    INDArray interleaved =
        trace
            .headOutputs()
            .reshape('c', shape[0] * shape[1], Models.HEADS, K)
            .permute(0, 2, 1)
            .dup('c')
            .reshape('c', shape);
    assertRefused(
        () ->
            Laws.contributionsAddUp(
                with(trace, interleaved, trace.output(), trace.outputWeight())));
    assertRefused(
        () ->
            Laws.contributionsAddUp(
                with(
                    trace,
                    trace.headOutputs(),
                    trace.output(),
                    trace.outputWeight().transpose().dup('c'))));
  }

  /** Planted: an ablation through the parameters that is not undone, and a scope left open. */
  @Test
  void fourthLawRefusesWhatStays() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    HeadAblation ablation = new HeadAblation(network, Mode.ZERO, REFERENCE);
    List<Scope> left = new ArrayList<>();
    assertRefused(
        () ->
            Laws.nothingIsLeftBehind(
                network,
                BATCH,
                () -> left.add(ablation.ablate(List.of(new Head(0, 0)), BATCH, 0))));
    left.forEach(Scope::close);
    assertRefused(
        () ->
            Laws.nothingIsLeftBehind(
                network,
                BATCH,
                () ->
                    network
                        .getParam("0_block0.attention.o.W")
                        .get(NDArrayIndex.interval(0, K), NDArrayIndex.all())
                        .assign(0)));
  }

  private static void assertRefused(Runnable law) {
    assertThatThrownBy(law::run).isInstanceOf(AssertionError.class);
  }

  private static AttentionTrace with(
      AttentionTrace trace, INDArray headOutputs, INDArray output, INDArray outputWeight) {
    return new AttentionTrace(
        trace.block(),
        trace.queries(),
        trace.keys(),
        trace.scale(),
        trace.logits(),
        trace.weights(),
        headOutputs,
        output,
        outputWeight,
        trace.outputBias());
  }

  @Test
  void meanIsThatOfRealTokensOverAllBatches() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    HeadAblation ablation = new HeadAblation(network, Mode.MEAN, REFERENCE);
    double[][][] real = new double[Models.LAYERS][Models.HEADS][K];
    double[][][] everything = new double[Models.LAYERS][Models.HEADS][K];
    int tokens = 0;
    int places = 0;
    for (TaskBatch batch : REFERENCE) {
      List<AttentionTrace> traces = Models.traces(network, batch);
      for (int b = 0; b < batch.examples().size(); b++) {
        int length = batch.examples().get(b).length();
        for (int t = 0; t < batch.data().getFeatures().size(1); t++) {
          places++;
          tokens += t < length ? 1 : 0;
          for (int layer = 0; layer < Models.LAYERS; layer++) {
            for (int c = 0; c < WIDTH; c++) {
              double handed = traces.get(layer).headOutputs().getDouble(b, t, c);
              everything[layer][c / K][c % K] += handed;
              real[layer][c / K][c % K] += t < length ? handed : 0;
            }
          }
        }
      }
    }
    assertThat(tokens).isLessThan(places);
    double largestShareOfPadding = 0;
    for (int layer = 0; layer < Models.LAYERS; layer++) {
      for (int head = 0; head < Models.HEADS; head++) {
        for (int k = 0; k < K; k++) {
          double mean = real[layer][head][k] / tokens;
          assertThat(ablation.value(new Head(layer, head), BATCH, 0).getDouble(k))
              .isCloseTo(mean, within(1e-12));
          largestShareOfPadding =
              Math.max(largestShareOfPadding, Math.abs(everything[layer][head][k] / places - mean));
        }
      }
    }
    assertThat(largestShareOfPadding).as("had padding counted, it would show").isGreaterThan(1e-4);
  }

  /** One other example, for all heads of all layers: token by token, and again from its first. */
  @Test
  void aDonorIsAnotherExampleWholeAndForAllHeadsTheSame() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    HeadAblation ablation = new HeadAblation(network, Mode.RESAMPLE, REFERENCE);
    List<List<List<List<Double>>>> handed = handed(network);
    List<Integer> donors = new ArrayList<>();
    int first = 0;
    for (TaskBatch batch : REFERENCE) {
      int length = batch.data().getFeatures().columns();
      for (int b = 0; b < batch.examples().size(); b++) {
        Set<Integer> ofExample = new HashSet<>();
        for (int layer = 0; layer < Models.LAYERS; layer++) {
          INDArray rows = rows(ablation, layer, batch, first);
          List<List<List<Double>>> ofLayer = handed.get(layer);
          int donor = ofLayer.indexOf(startingWith(ofLayer, row(rows, b * length)));
          ofExample.add(donor);
          for (int t = 0; t < length; t++) {
            List<List<Double>> tokens = ofLayer.get(donor);
            assertThat(row(rows, b * length + t)).isEqualTo(tokens.get(t % tokens.size()));
          }
        }
        assertThat(ofExample).hasSize(1).doesNotContain(first + b);
        donors.addAll(ofExample);
      }
      first += batch.examples().size();
    }
    assertThat(donors).hasSize(10);
    assertThat(Set.copyOf(donors)).hasSizeGreaterThan(4);
  }

  /** By layer, example of the reference and token. */
  private static List<List<List<List<Double>>>> handed(MultiLayerNetwork network) {
    List<List<List<List<Double>>>> handed = List.of(new ArrayList<>(), new ArrayList<>());
    for (TaskBatch batch : REFERENCE) {
      List<AttentionTrace> traces = Models.traces(network, batch);
      for (int layer = 0; layer < Models.LAYERS; layer++) {
        INDArray outputs = traces.get(layer).headOutputs();
        for (int b = 0; b < batch.examples().size(); b++) {
          INDArray example = outputs.slice(b);
          handed
              .get(layer)
              .add(
                  IntStream.range(0, batch.examples().get(b).length())
                      .mapToObj(t -> row(example, t))
                      .toList());
        }
      }
    }
    return handed;
  }

  private static List<List<Double>> startingWith(
      List<List<List<Double>>> examples, List<Double> token) {
    return examples.stream()
        .filter(example -> example.get(0).equals(token))
        .findFirst()
        .orElseThrow();
  }

  private static INDArray rows(HeadAblation ablation, int layer, TaskBatch batch, int first) {
    return Nd4j.hstack(
        IntStream.range(0, Models.HEADS)
            .mapToObj(head -> ablation.value(new Head(layer, head), batch, first))
            .toArray(INDArray[]::new));
  }

  private static List<Double> row(INDArray matrix, int row) {
    return DoubleStream.of(matrix.getRow(row).toDoubleVector()).boxed().toList();
  }

  @Test
  void donorsDependOnTheExampleAlone() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    HeadAblation ablation = new HeadAblation(network, Mode.RESAMPLE, REFERENCE);
    Map<Integer, Set<List<Double>>> byBatchSize = new HashMap<>();
    for (int size : List.of(1, 4, 20)) {
      int first = 0;
      Set<List<Double>> firstTokens = new LinkedHashSet<>();
      for (TaskBatch batch : new Evaluation(TASK, Split.TEST, 20, size).batches()) {
        INDArray rows = rows(ablation, 1, batch, first);
        for (int b = 0; b < batch.examples().size(); b++) {
          firstTokens.add(row(rows, b * batch.data().getFeatures().columns()));
        }
        first += batch.examples().size();
      }
      byBatchSize.put(size, firstTokens);
    }
    assertThat(byBatchSize.get(1)).hasSizeGreaterThan(5);
    assertThat(List.copyOf(byBatchSize.get(4))).isEqualTo(List.copyOf(byBatchSize.get(1)));
    assertThat(List.copyOf(byBatchSize.get(20))).isEqualTo(List.copyOf(byBatchSize.get(1)));
    assertThat(rows(ablation, 1, BATCH, 0)).isNotEqualTo(rows(ablation, 1, BATCH, 7));
    assertThat(Models.bits(rows(new HeadAblation(network, Mode.RESAMPLE, REFERENCE), 1, BATCH, 0)))
        .isEqualTo(Models.bits(rows(ablation, 1, BATCH, 0)));
  }

  /** As many donors as fit, however large the reference: 256, or as many as have 8192 tokens. */
  @ParameterizedTest
  @CsvSource({"300, 7, 256", "200, 60, 136", "100, 7, 100"})
  void donorsAreBounded(int examples, int length, int donors) {
    DistanceTask task = new DistanceTask(new DistanceTask.Options(64, 3, length, length, 1L));
    MultiLayerNetwork network = Models.random(task, WIDTH, "rope", false);
    HeadAblation ablation =
        new HeadAblation(
            network, Mode.RESAMPLE, new Evaluation(task, Split.VALIDATION, examples, 64).batches());
    TaskBatch batch = new Evaluation(task, Split.TEST, 500, 500).batches().get(0);
    Set<List<Double>> drawn = new HashSet<>();
    for (int first = 0; first < 6 * 500; first += 500) {
      double[][] rows = ablation.value(new Head(0, 0), batch, first).toDoubleMatrix();
      for (int row = 0; row < rows.length; row += length) {
        drawn.add(DoubleStream.of(rows[row]).boxed().toList());
      }
    }
    assertThat(drawn).hasSize(donors);
  }

  @Test
  void aLoneExampleIsItsOwnDonor() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    List<TaskBatch> one = new Evaluation(TASK, Split.VALIDATION, 1, 1).batches();
    HeadAblation ablation = new HeadAblation(network, Mode.RESAMPLE, one);
    assertThat(Models.bits(ablation.value(new Head(1, 2), one.get(0), 0)))
        .isEqualTo(Models.bits(Models.traces(network, one.get(0)).get(1).headOutput(2)));
  }

  @Test
  void zeroIsZeroAndDoesNotLookAtTheReference() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    HeadAblation ablation = new HeadAblation(network, Mode.ZERO, List.of());
    assertThat(ablation.value(new Head(1, 3), BATCH, 0).toDoubleVector())
        .containsExactly(0, 0, 0, 0);
  }

  /** A head that hands over the same at every token is its own mean. */
  @Test
  void theMeanOfAConstantHeadChangesNothing() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    int constant = 1;
    INDArray valueWeight = network.getParam("0_block0.attention.v.W");
    valueWeight
        .get(NDArrayIndex.all(), NDArrayIndex.interval(constant * K, (constant + 1) * K))
        .assign(0);
    HeadAblation ablation = new HeadAblation(network, Mode.MEAN, REFERENCE);
    INDArray before = Models.output(network, BATCH);
    try (Scope scope = ablation.ablate(List.of(new Head(0, constant)), BATCH, 0)) {
      assertThat(Models.output(network, BATCH).sub(before).amaxNumber().doubleValue())
          .isLessThan(1e-12);
    }
    // What it hands over is its value bias, which is not 0: zero does change something.
    assertThat(
            new HeadAblation(network, Mode.ZERO, REFERENCE).value(new Head(0, constant), BATCH, 0))
        .isNotEqualTo(ablation.value(new Head(0, constant), BATCH, 0));
    try (Scope scope =
        new HeadAblation(network, Mode.ZERO, REFERENCE)
            .ablate(List.of(new Head(0, constant)), BATCH, 0)) {
      assertThat(Models.output(network, BATCH).sub(before).amaxNumber().doubleValue())
          .isGreaterThan(1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void takingItUpLeavesTheNetworkAsItWas(Mode mode) {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    Laws.nothingIsLeftBehind(network, BATCH, () -> new HeadAblation(network, mode, REFERENCE));
  }

  /** An observer that outlived the failure would trip over a batch smaller than its own. */
  @Test
  void aFailureWhileTakingMeansLeavesNoObserver() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    TaskBatch wrong = withWrongToken(REFERENCE.get(0));
    TaskBatch smaller = new Evaluation(TASK, Split.TEST, 1, 1).batches().get(0);
    assertThatThrownBy(() -> new HeadAblation(network, Mode.MEAN, List.of(wrong)))
        .hasMessageContaining("token 8.0 in sequence 0 at position 0");
    assertThatCode(() -> Models.output(network, smaller)).doesNotThrowAnyException();
  }

  @Test
  void aHeadThatIsNotThereIsRefusedAndNothingAblated() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    HeadAblation ablation = new HeadAblation(network, Mode.ZERO, REFERENCE);
    for (Head wrong :
        List.of(
            new Head(-1, 0),
            new Head(Models.LAYERS, 0),
            new Head(0, -1),
            new Head(1, Models.HEADS))) {
      Laws.nothingIsLeftBehind(
          network,
          BATCH,
          () ->
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> ablation.ablate(List.of(new Head(0, 0), wrong), BATCH, 0))
                  .withMessage(
                      "no head %d in layer %d: the network has layers 0 to 1, this many heads"
                          + " in each: [4, 4]",
                      wrong.head(), wrong.layer()));
    }
  }

  @Test
  void refusesANetworkWithoutAttention() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    network.init();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeadAblation(network, Mode.ZERO, List.of()))
        .withMessage("the network has no attention layer of PE Lab; there is no head to ablate");
  }

  @ParameterizedTest
  @EnumSource(names = {"MEAN", "RESAMPLE"})
  void refusesAReferenceWithoutTokens(Mode mode) {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HeadAblation(network, mode, List.of()))
        .withMessage(
            "the reference has no tokens to take heads' outputs from; give at least one batch");
  }
}
