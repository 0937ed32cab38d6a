package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.pelab.ablation.AblationRow.Head;
import io.github.pelab.ablation.AblationRow.Layer;
import io.github.pelab.ablation.PlantedNetwork.Plant;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.progress.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The ablation that was released with arXiv 2505.13027, and each of its faults alone. */
class AsReleasedTest {
  private static final SignalTask TASK = SignalTask.plain();
  private static final int K = PlantedNetwork.WIDTH / Models.HEADS;
  private static final int LAST = Models.HEADS - 1;

  /** Half as many latent components as the heads have together: as released. */
  private static final String LATENT = "mla(compressed=8,rotary=4,norm=false,rotaryQuery=shared)";

  private static final Evaluation VALIDATION = new Evaluation(TASK, Split.VALIDATION, 60, 60);
  private static final Evaluation TRAIN = new Evaluation(TASK, Split.TRAIN, 70, 40);
  private static final Evaluation TEST = new Evaluation(TASK, Split.TEST, 60, 30);
  private static final TaskBatch BATCH = TEST.batches().get(0);

  private static AblationConfig zero(
      boolean lastHeadStays, boolean latentColumns, boolean trainAndTest) {
    return new AblationConfig(
        Mode.ZERO, null, null, lastHeadStays, latentColumns, trainAndTest, 2, 2, null, null);
  }

  private static List<AblationRow> study(MultiLayerNetwork network, AblationConfig config) {
    List<Evaluation> test = config.trainAndTest() ? List.of(TRAIN, TEST) : List.of(TEST);
    return new AblationStudy(VALIDATION, test, config)
        .run(network, "best", TASK.chance(), 1, Progress.of(Progress.Mode.NONE, System.err));
  }

  private static List<Head> heads(List<AblationRow> rows) {
    return rows.stream().filter(Head.class::isInstance).map(Head.class::cast).toList();
  }

  private static List<Layer> layers(List<AblationRow> rows) {
    return rows.stream().filter(Layer.class::isInstance).map(Layer.class::cast).toList();
  }

  /**
   * The release's loop, as it stands, on parameters: what makes values of head h is set to 0, the
   * model evaluated on training and test split, and the head restored when the next one's turn
   * comes. Its weights are our transposes.
   */
  private static List<String> released(MultiLayerNetwork network, List<List<String>> names) {
    List<String> right = new ArrayList<>();
    for (int layer = 0; layer < Models.LAYERS; layer++) {
      INDArray[] kept = null;
      for (int head = 0; head < Models.HEADS; head++) {
        INDArray[] parts = parts(network, names.get(layer), head);
        if (kept != null) {
          restore(parts(network, names.get(layer), head - 1), kept);
        }
        kept = Arrays.stream(parts).map(INDArray::dup).toArray(INDArray[]::new);
        Arrays.stream(parts).forEach(part -> part.assign(0));
        Evaluation.Result train = TRAIN.of(network);
        Evaluation.Result test = TEST.of(network);
        right.add(
            new Outcomes(train.total(), train.right())
                .then(new Outcomes(test.total(), test.right()))
                .encoded());
      }
    }
    return right;
  }

  /** Columns of weight and bias that make a head's values, or rows for the latent components. */
  private static INDArray[] parts(MultiLayerNetwork network, List<String> names, int head) {
    List<INDArray> parts = new ArrayList<>();
    for (String name : names) {
      INDArray parameter = network.getParam(name);
      boolean latent = name.endsWith("uq.W") || name.endsWith("uk.W") || name.endsWith("uv.W");
      long size = latent ? parameter.rows() : parameter.columns();
      long from = (long) head * K;
      if (from < size) {
        var slice = NDArrayIndex.interval(from, Math.min(size, from + K));
        parts.add(
            latent
                ? parameter.get(slice, NDArrayIndex.all())
                : parameter.get(NDArrayIndex.all(), slice));
      }
    }
    return parts.toArray(INDArray[]::new);
  }

  private static void restore(INDArray[] parts, INDArray[] kept) {
    for (int i = 0; i < parts.length; i++) {
      parts[i].assign(kept[i]);
    }
  }

  private static List<List<String>> names(String... suffixes) {
    List<List<String>> names = new ArrayList<>();
    for (int layer = 0; layer < Models.LAYERS; layer++) {
      String attention = "0_block" + layer + ".attention.";
      names.add(Arrays.stream(suffixes).map(suffix -> attention + suffix).toList());
    }
    return names;
  }

  /** A network that has all to lose, and of which each head loses something else. */
  private static MultiLayerNetwork sensitive(String form) {
    return Models.random(TASK, PlantedNetwork.WIDTH, form, "rope", false);
  }

  @Test
  void multiHeadAttentionIsAblatedAsByTheReleasedLoop() {
    List<String> rows =
        heads(study(sensitive("multi-head"), AblationConfig.of(Mode.AS_RELEASED))).stream()
            .map(Head::right)
            .toList();
    assertThat(rows).isEqualTo(released(sensitive("multi-head"), names("v.W", "v.b")));
    assertThat(rows.stream().distinct().count()).isGreaterThan(4);
  }

  @Test
  void latentAttentionIsAblatedAsByTheReleasedLoop() {
    List<AblationRow> rows = study(sensitive(LATENT), AblationConfig.of(Mode.AS_RELEASED));
    assertThat(heads(rows).stream().map(Head::right).toList())
        .isEqualTo(released(sensitive(LATENT), names("uq.W", "uk.W", "uv.W")));
    assertThat(rows).allMatch(row -> row.intervention().mode().equals("as-released"));
    assertThat(rows).hasSize(Models.LAYERS * (Models.HEADS + 1));
  }

  /** Weights that sum values that are all 0 give 0. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aHeadAtZeroIsOneOfWhichTheValuesAre(int layer) {
    MultiLayerNetwork network = sensitive("multi-head");
    HeadAblation ablation = new HeadAblation(network, Mode.ZERO, List.of());
    for (int head = 0; head < Models.HEADS; head++) {
      long[] ablated;
      try (Scope scope = ablation.ablate(List.of(new HeadAblation.Head(layer, head)), BATCH, 0)) {
        ablated = Models.bits(Models.output(network, BATCH));
      }
      MultiLayerNetwork withoutValues = sensitive("multi-head");
      Arrays.stream(parts(withoutValues, names("v.W", "v.b").get(layer), head))
          .forEach(part -> part.assign(0));
      assertThat(ablated).isEqualTo(Models.bits(Models.output(withoutValues, BATCH)));
      assertThat(ablated).isNotEqualTo(Models.bits(Models.output(network, BATCH)));
    }
  }

  /** Where the last head of the first layer matters, every head of the second seems to. */
  @Test
  void aLastHeadThatStaysMakesLaterLayersLookDamaged() {
    MultiLayerNetwork network = PlantedNetwork.of(TASK, new Plant(0, LAST, 0));
    List<AblationRow> clean = study(network, zero(false, false, false));
    List<AblationRow> faulty = study(network, zero(true, false, false));
    assertThat(heads(faulty).subList(0, Models.HEADS))
        .extracting(Head::right)
        .isEqualTo(heads(clean).subList(0, Models.HEADS).stream().map(Head::right).toList());
    for (int head = 0; head < Models.HEADS; head++) {
      assertThat(heads(clean).get(Models.HEADS + head).drop()).isZero();
      assertThat(heads(faulty).get(Models.HEADS + head).drop()).isGreaterThan(0.8);
    }
    assertThat(layers(clean)).extracting(Layer::verdict).endsWith(Verdict.SILENT);
    assertThat(layers(faulty)).extracting(Layer::verdict).endsWith(Verdict.SPREAD);
    assertThat(layers(faulty).get(1).allHeadsDrop()).isGreaterThan(0.8);
    assertThat(faulty)
        .as("no pairs, no random subspaces")
        .hasSize(10)
        .hasSizeLessThan(clean.size());
    assertThat(faulty).allMatch(row -> row.intervention().mode().equals("zero+last-head-stays"));
  }

  /** Another head than the last: nothing of the kind. */
  @Test
  void anotherHeadDoesNotStay() {
    MultiLayerNetwork network = PlantedNetwork.of(TASK, new Plant(0, 1, 0));
    assertThat(heads(study(network, zero(true, false, false))))
        .extracting(Head::right)
        .isEqualTo(
            heads(study(network, zero(false, false, false))).stream().map(Head::right).toList());
  }

  /** Half of the heads stand for nothing, and the others for what all heads read. */
  @Test
  void latentColumnsAreNoHeads() {
    MultiLayerNetwork network = sensitive(LATENT);
    String whole = TEST.of(network).right().toString();
    List<Head> faulty = heads(study(network, zero(false, true, false)));
    for (Head row : faulty) {
      if (row.head() * K >= 8) {
        assertThat(row.right()).isEqualTo(encoded(TEST.of(network)));
        assertThat(row.accuracyDrop()).isZero();
      }
    }
    assertThat(TEST.of(network).right().toString()).isEqualTo(whole);
    for (int layer = 0; layer < Models.LAYERS; layer++) {
      for (int head = 0; head < Models.HEADS; head++) {
        assertOutputs(network, layer, head);
      }
    }
    assertThat(heads(study(sensitive("multi-head"), zero(false, true, false))))
        .extracting(Head::right)
        .isEqualTo(
            heads(study(sensitive("multi-head"), zero(false, false, false))).stream()
                .map(Head::right)
                .toList());
  }

  private static void assertOutputs(MultiLayerNetwork network, int layer, int head) {
    long[] before = Models.bits(Models.output(network, BATCH));
    long[] ablated = under(network, zero(false, true, false), layer, head);
    MultiLayerNetwork byHand = sensitive(LATENT);
    Arrays.stream(parts(byHand, names("uq.W", "uk.W", "uv.W").get(layer), head))
        .forEach(part -> part.assign(0));
    assertThat(ablated).isEqualTo(Models.bits(Models.output(byHand, BATCH)));
    if (head * K < 8) {
      assertThat(ablated).isNotEqualTo(before);
    } else {
      assertThat(ablated).isEqualTo(before);
    }
    assertThat(ablated).isNotEqualTo(under(network, zero(false, false, false), layer, head));
  }

  private static long[] under(
      MultiLayerNetwork network, AblationConfig config, int layer, int head) {
    NetworkHeads heads = new NetworkHeads(network);
    HeadAblation ablation = new HeadAblation(heads, config, VALIDATION.batches());
    try (Scope scope = ablation.ablate(List.of(new HeadAblation.Head(layer, head)), BATCH, 0)) {
      return Models.bits(Models.output(network, BATCH));
    }
  }

  /** All at once, some twice, in either precision, and whatever happens meanwhile. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"DOUBLE", "FLOAT"})
  void latentColumnsAreRestored(DataType type) {
    MultiLayerNetwork network = sensitive(LATENT).convertDataType(type);
    NetworkHeads heads = new NetworkHeads(network);
    HeadAblation ablation = new HeadAblation(heads, zero(true, true, false), VALIDATION.batches());
    long[] before = Models.bits(Models.output(network, BATCH));
    Laws.nothingIsLeftBehind(
        network,
        BATCH,
        () -> {
          List<HeadAblation.Head> all = new ArrayList<>(heads.all());
          all.add(new HeadAblation.Head(0, 1));
          Scope scope = ablation.ablate(all, BATCH, 0);
          assertThat(Models.bits(Models.output(network, BATCH))).isNotEqualTo(before);
          scope.close();
          INDArray weight = network.getParam("0_block0.attention.uq.W");
          double was = weight.getDouble(0, 0);
          weight.putScalar(0, 0, 7);
          scope.close();
          assertThat(weight.getDouble(0, 0)).as("closed is closed").isEqualTo(7);
          weight.putScalar(0, 0, was);
        });
  }

  @Test
  void ofAVariantThatCannotBeNothingStays() {
    MultiLayerNetwork network = sensitive(LATENT);
    NetworkHeads heads = new NetworkHeads(network);
    INDArray zeros = Nd4j.zeros(DataType.DOUBLE, K);
    Variant variant =
        new Variant(
            List.of(
                heads.replaced(new HeadAblation.Head(0, 1), zeros),
                heads.without(HeadPart.LAG_BIAS, new HeadAblation.Head(1, 1))),
            List.of(new Variant.Latents(0, 0, K)));
    Laws.nothingIsLeftBehind(
        network,
        BATCH,
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> heads.open(variant))
                .withMessageContaining("no part lag-bias"));
  }

  @Test
  void trainingAndTestSplitAreCountedTogether() {
    MultiLayerNetwork network = PlantedNetwork.of(TASK, new Plant(0, 2, 0));
    List<AblationRow> rows = study(network, zero(false, false, true));
    List<Head> test = heads(study(network, zero(false, false, false)));
    for (int i = 0; i < test.size(); i++) {
      Head row = heads(rows).get(i);
      assertThat(row.total()).isEqualTo(70 + 60);
      assertThat(row.correct()).isBetween(test.get(i).correct(), test.get(i).correct() + 70);
    }
    HeadAblation ablation = new HeadAblation(network, Mode.ZERO, List.of());
    Outcomes expected;
    try (Scope scope = ablation.ablate(List.of(new HeadAblation.Head(0, 2)), BATCH, 0)) {
      Evaluation.Result train = TRAIN.of(network);
      Evaluation.Result ofTest = TEST.of(network);
      expected = new Outcomes(70, train.right()).then(new Outcomes(60, ofTest.right()));
    }
    assertThat(heads(rows).get(2).right()).isEqualTo(expected.encoded());
    assertThat(layers(rows).get(0).verdict()).isEqualTo(Verdict.DEPOSIT);
    assertThat(rows).as("pairs and random subspaces stay").hasSize(10 + 3 + 2);
  }

  private static String encoded(Evaluation.Result result) {
    return new Outcomes(result.total(), result.right()).encoded();
  }
}
