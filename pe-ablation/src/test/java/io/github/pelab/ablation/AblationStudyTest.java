package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.ablation.PlantedNetwork.Plant;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The whole way from a network to its verdicts, on networks whose truth is known because their
 * weights were set by hand, see {@link PlantedNetwork}.
 */
class AblationStudyTest {
  private static final int VALIDATION_EXAMPLES = 120;
  private static final int TEST_EXAMPLES = 200;
  private static final List<Integer> NAMES = List.of(0, 1, 2, 3);

  private static MultiLayerNetwork planted(Task task, Plant... plants) {
    return PlantedNetwork.of(task, plants);
  }

  /** A few random subspaces; enough to be counted. */
  private static AblationConfig config(Mode mode) {
    return new AblationConfig(mode, null, null, null, null, null, 3, 2, null, null);
  }

  private static List<AblationRow> study(Task task, MultiLayerNetwork network, Mode mode) {
    return study(task, network, config(mode));
  }

  private static List<AblationRow> study(
      Task task, MultiLayerNetwork network, AblationConfig config) {
    return study(task, config).run(network, "best", task.chance(), 1, new Counting());
  }

  private static AblationStudy study(Task task, AblationConfig config) {
    return new AblationStudy(
        new Evaluation(task, Split.VALIDATION, VALIDATION_EXAMPLES, 50),
        List.of(new Evaluation(task, Split.TEST, TEST_EXAMPLES, 50)),
        config);
  }

  /** Counts steps, and whether it was closed. */
  private static final class Counting implements Progress, Progress.Task {
    private long total;
    private long done;
    private boolean closed;

    @Override
    public Progress.Task start(String name, long steps) {
      total = steps;
      return this;
    }

    @Override
    public void step(long n) {
      done += n;
    }

    @Override
    public void note(String text) {}

    @Override
    public void close() {
      closed = true;
    }
  }

  static Stream<Arguments> plants() {
    return Stream.of(
        Arguments.of(0, 0, Mode.ZERO),
        Arguments.of(0, 2, Mode.ZERO),
        Arguments.of(0, 2, Mode.MEAN),
        Arguments.of(1, 3, Mode.ZERO),
        Arguments.of(1, 1, Mode.MEAN),
        Arguments.of(1, 0, Mode.RESAMPLE));
  }

  @ParameterizedTest
  @MethodSource("plants")
  void findsThePlantedHead(int layer, int head, Mode mode) {
    SignalTask task = SignalTask.plain();
    MultiLayerNetwork network = planted(task, new Plant(layer, head, 0));
    List<AblationRow> rows = study(task, network, mode);

    AblationRow.Layer found = layers(rows).get(layer);
    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.DEPOSIT);
    assertThat(found.topHead()).isEqualTo(head);
    assertThat(found.topDrop()).isGreaterThan(0.8);
    assertThat(found.share()).isEqualTo(1);
    assertThat(found.runnerUpDrop()).isZero();
    assertThat(found.effectiveHeads()).isEqualTo(1);
    assertThat(found.allHeadsDrop()).isGreaterThan(0.8);
    assertThat(found.topPairDrop()).isGreaterThan(0.8);
    AblationRow.Layer other = layers(rows).get(1 - layer);
    assertThat(other.verdict()).as(other.reason()).isEqualTo(Verdict.SILENT);
    assertThat(other.allHeadsDrop()).isZero();

    for (AblationRow.Head row : heads(rows)) {
      assertThat(row.total()).isEqualTo(TEST_EXAMPLES);
      assertThat(row.baselineCorrect()).isEqualTo(TEST_EXAMPLES);
      boolean isPlanted = row.layer() == layer && row.head() == head;
      assertThat(row.beyondNull()).isEqualTo(isPlanted);
      if (isPlanted) {
        assertThat(row.correct()).isLessThan(TEST_EXAMPLES / 2);
        assertThat(row.accuracyDrop()).isEqualTo(1 - (double) row.correct() / TEST_EXAMPLES);
      } else {
        assertThat(row.correct()).isEqualTo(TEST_EXAMPLES);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"MEAN", "ZERO", "RESAMPLE"})
  void rowsAreOfHeadsAndLayersThenOfPairsThenOfRandomSubspaces(Mode mode) {
    SignalTask task = SignalTask.plain();
    Counting progress = new Counting();
    MultiLayerNetwork network = planted(task, new Plant(0, 1, 0), new Plant(1, 2, 1));
    List<AblationRow> rows =
        study(task, config(mode)).run(network, "best", task.chance(), 1, progress);
    List<String> order = new ArrayList<>();
    Intervention intervention = new Intervention(mode.key(), "best");
    for (AblationRow row : rows) {
      assertThat(row.intervention()).isEqualTo(intervention);
      if (row instanceof AblationRow.Head head) {
        order.add(head.layer() + "." + head.head());
      } else if (row instanceof AblationRow.Layer layer) {
        order.add("layer " + layer.layer());
      } else if (row instanceof AblationRow.Pair pair) {
        order.add("pair %d %d".formatted(pair.layer(), pair.otherLayer()));
      } else if (row instanceof AblationRow.Control control) {
        order.add("random " + control.layer());
        assertThat(control.randomAccuracyDrops()).hasSize(2);
      }
    }
    assertThat(order)
        .containsExactly(
            "0.0",
            "0.1",
            "0.2",
            "0.3",
            "layer 0",
            "1.0",
            "1.1",
            "1.2",
            "1.3",
            "layer 1",
            "pair 0 0",
            "pair 0 0",
            "pair 0 0",
            "pair 1 1",
            "pair 1 1",
            "pair 1 1",
            "pair 0 1",
            "random 0",
            "random 1");
    List<AblationRow.Layer> layers = layers(rows);
    assertThat(layers.get(0).topHead()).isEqualTo(1);
    List<AblationRow.Pair> pairs = rows(rows, AblationRow.Pair.class);
    assertThat(pairs.subList(0, 3).stream().filter(p -> p.head() == 1 || p.otherHead() == 1))
        .hasSize(2);
    AblationRow.Pair across = pairs.get(6);
    assertThat(List.of(across.head(), across.otherHead()))
        .containsExactly(layers.get(0).topHead(), layers.get(1).topHead());
    assertThat(rows(rows, AblationRow.Control.class))
        .extracting(AblationRow.Control::head)
        .containsExactly(layers.get(0).topHead(), layers.get(1).topHead());
    assertThat(progress.done).isEqualTo(progress.total).isPositive();
    assertThat(progress.closed).isTrue();
  }

  @Test
  void pairsAndRandomSubspacesCanBeLeftOut() {
    SignalTask task = SignalTask.plain();
    Counting progress = new Counting();
    AblationConfig none =
        new AblationConfig(Mode.ZERO, null, null, null, null, null, 1, 0, null, null);
    List<AblationRow> rows =
        study(task, none)
            .run(planted(task, new Plant(0, 1, 0)), "best", task.chance(), 1, progress);
    assertThat(rows).hasSize(Models.LAYERS * (Models.HEADS + 1));
    assertThat(layers(rows)).extracting(AblationRow.Layer::topPairDrop).containsOnlyNulls();
    assertThat(progress.done).isEqualTo(progress.total).isPositive();
  }

  /** A pass over a batch leaves a head ablated: the whole network is not what it was. */
  @ParameterizedTest
  @EnumSource(
      value = Split.class,
      names = {"VALIDATION", "TEST"})
  void aHeadThatIsNotRestoredIsFound(Split split) {
    SignalTask task = SignalTask.plain();
    MultiLayerNetwork network = planted(task, new Plant(0, 1, 0));
    NetworkHeads heads = new NetworkHeads(network);
    int singles = 1 + Models.LAYERS * Models.HEADS;
    List<Scope> left = new ArrayList<>();
    VariantPasses forgetful =
        (batch, variants) -> {
          List<Variant> all = variants.toList();
          List<INDArray> answers = heads.probabilities(batch, all.stream());
          if (all.size() > singles == (split == Split.TEST)) {
            left.add(heads.open(all.get(2)));
          }
          return answers;
        };
    AblationStudy study = study(task, config(Mode.ZERO));
    assertThatThrownBy(
            () -> study.run(network, forgetful, "best", task.chance(), 1, new Counting()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "the whole network had \\d+ of \\d+ right on the "
                + split.key()
                + " split with loss .* before its heads were ablated, and \\d+ with loss .* after;"
                + " something that was ablated was not restored");
    assertThat(left).isNotEmpty();
  }

  @Test
  void twoRunsGiveEqualRowsAndLeaveTheNetworkAlone() {
    SignalTask task = SignalTask.plain();
    MultiLayerNetwork network = planted(task, new Plant(0, 2, 0));
    long[] params = Models.bits(network.params());
    List<AblationRow> first = study(task, network, Mode.MEAN);
    assertThat(study(task, network, Mode.MEAN)).isEqualTo(first);
    assertThat(study(task, planted(task, new Plant(0, 2, 0)), Mode.MEAN)).isEqualTo(first);
    assertThat(Models.bits(network.params())).isEqualTo(params);
    assertThat(study(task, planted(task, new Plant(0, 3, 0)), Mode.MEAN)).isNotEqualTo(first);
  }

  /**
   * Two planted heads, one for the signals of the validation split, the other for those of the test
   * split: the top head is picked where it is looked for, and judged where it is worth nothing.
   */
  @Test
  void theTopHeadIsPickedOnValidationAndJudgedOnTest() {
    SignalTask task = new SignalTask(Map.of(Split.TRAIN, 0, Split.VALIDATION, 0, Split.TEST, 1));
    MultiLayerNetwork network = planted(task, new Plant(0, 1, 0), new Plant(0, 3, 1));
    List<AblationRow> rows = study(task, network, Mode.ZERO);
    AblationRow.Layer layer = layers(rows).get(0);
    assertThat(layer.topHead()).isEqualTo(1);
    assertThat(layer.topDrop()).isZero();
    assertThat(layer.runnerUpDrop()).isGreaterThan(0.8);
    assertThat(layer.verdict()).as(layer.reason()).isEqualTo(Verdict.NO_VERDICT);
    assertThat(heads(rows).get(3).drop()).isGreaterThan(0.8);
  }

  /** Two heads carry the same signals: neither is missed alone, both together are. */
  @Test
  void aSpareHeadMakesTheLayerRedundant() {
    SignalTask task = SignalTask.plain();
    MultiLayerNetwork network = planted(task, new Plant(0, 1, 0), new Plant(0, 2, 0));
    List<AblationRow> rows = study(task, network, Mode.ZERO);
    AblationRow.Layer layer = layers(rows).get(0);
    assertThat(layer.verdict()).as(layer.reason()).isEqualTo(Verdict.REDUNDANT);
    assertThat(layer.allHeadsDrop()).isGreaterThan(0.8);
    for (AblationRow.Pair pair : rows(rows, AblationRow.Pair.class)) {
      if (pair.otherLayer() == 0 && pair.head() == 1 && pair.otherHead() == 2) {
        assertThat(pair.interaction()).isGreaterThan(0.8).isEqualTo(pair.drop());
        assertThat(pair.interactionInterval().lower()).isGreaterThan(0.7);
      } else {
        assertThat(pair.interaction()).isZero();
      }
    }
    assertThat(rows(rows, AblationRow.Pair.class))
        .anyMatch(pair -> pair.otherLayer() == 0 && pair.head() == 1 && pair.otherHead() == 2);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void saysNothingOfAnUntrainedNetwork(Mode mode) {
    SignalTask task = SignalTask.plain();
    List<AblationRow> rows =
        study(task, Models.untrained(task, PlantedNetwork.WIDTH, "rope", false), mode);
    assertThat(layers(rows))
        .extracting(AblationRow.Layer::verdict)
        .containsExactly(Verdict.NOT_LEARNED, Verdict.NOT_LEARNED);
    assertThat(layers(rows)).extracting(AblationRow.Layer::topHead).containsOnly(-1);
    assertThat(heads(rows)).hasSize(Models.LAYERS * Models.HEADS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void findsThePlantedHeadOfLatentAttention(int layer) {
    SignalTask task = SignalTask.plain();
    MultiLayerNetwork network =
        PlantedNetwork.of(task, PlantedNetwork.LATENT, List.of(new Plant(layer, 2, 0)));
    List<AblationRow> rows = study(task, network, Mode.MEAN);
    AblationRow.Layer found = layers(rows).get(layer);
    assertThat(found.verdict()).as(found.reason()).isEqualTo(Verdict.DEPOSIT);
    assertThat(found.topHead()).isEqualTo(2);
    assertThat(found.topDrop()).isGreaterThan(0.8);
    assertThat(layers(rows).get(1 - layer).verdict()).isEqualTo(Verdict.SILENT);
  }

  /** Each head carries the signals of one label. */
  @ParameterizedTest
  @ValueSource(strings = {PlantedNetwork.MULTI_HEAD, PlantedNetwork.LATENT})
  void headsThatShareTheWorkMakeTheLayerSpread(String form) {
    SignalTask task = SignalTask.plain();
    List<Plant> plants =
        IntStream.range(0, Models.HEADS)
            .mapToObj(head -> new Plant(1, head, 0, Set.of(head)))
            .toList();
    List<AblationRow> rows = study(task, PlantedNetwork.of(task, form, plants), Mode.RESAMPLE);
    AblationRow.Layer layer = layers(rows).get(1);
    assertThat(layer.verdict()).as(layer.reason()).isEqualTo(Verdict.SPREAD);
    assertThat(layer.effectiveHeads()).isGreaterThan(3);
    assertThat(layers(rows).get(0).verdict()).isEqualTo(Verdict.SILENT);
  }

  /** Of a network in which every head does something, if nothing useful. */
  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"MEAN", "ZERO", "RESAMPLE"})
  void headsThatChangePlacesTakeTheirRowsAlong(Mode mode) {
    SignalTask task = SignalTask.plain();
    List<Integer> from = List.of(2, 0, 3, 1);
    AblationConfig config =
        new AblationConfig(mode, null, null, null, null, null, 2, 5, null, null);
    List<AblationRow> rows = anyhow(task, config, network -> {});
    List<AblationRow> permuted =
        anyhow(task, config, network -> PlantedNetwork.permuteHeads(network, from));

    assertThat(permuted).isNotEqualTo(rows).hasSameSizeAs(rows);
    assertThat(permuted.stream().map(row -> renamed(row, from)))
        .containsExactlyInAnyOrderElementsOf(
            rows.stream().map(row -> renamed(row, NAMES)).toList());
    assertThat(layers(rows)).noneMatch(layer -> layer.verdict() == Verdict.NOT_LEARNED);
    assertThat(heads(rows)).extracting(AblationRow.Head::right).doesNotHaveDuplicates();
  }

  private static List<AblationRow> anyhow(
      Task task, AblationConfig config, Consumer<MultiLayerNetwork> change) {
    MultiLayerNetwork network = Models.random(task, PlantedNetwork.WIDTH, "rope", false);
    change.accept(network);
    // As if it had learned: its accuracy is that of a guess.
    return study(task, config).run(network, "best", 0.01, 0.2, new Counting());
  }

  /** With other names of heads, and without the reason, in which they stand too. */
  private static AblationRow renamed(AblationRow row, List<Integer> names) {
    if (row instanceof AblationRow.Head of) {
      return new AblationRow.Head(
          of.intervention(),
          of.layer(),
          names.get(of.head()),
          of.correct(),
          of.total(),
          of.baselineCorrect(),
          of.accuracyDrop(),
          of.accuracyDropInterval(),
          of.drop(),
          of.p(),
          of.q(),
          of.beyondNull(),
          of.right());
    } else if (row instanceof AblationRow.Layer of) {
      return new AblationRow.Layer(
          of.intervention(),
          of.layer(),
          of.verdict(),
          "",
          of.allHeadsDrop(),
          of.allHeadsP(),
          of.allHeadsQ(),
          names.get(of.topHead()),
          of.topDrop(),
          of.topDropInterval(),
          of.runnerUpDrop(),
          of.runnerUpDropInterval(),
          of.share(),
          of.shareInterval(),
          of.effectiveHeads(),
          of.topPairDrop(),
          of.baselineRight());
    } else if (row instanceof AblationRow.Pair of) {
      int one = names.get(of.head());
      int other = names.get(of.otherHead());
      boolean swap = of.layer() == of.otherLayer() && one > other;
      return new AblationRow.Pair(
          of.intervention(),
          of.layer(),
          swap ? other : one,
          of.otherLayer(),
          swap ? one : other,
          of.correct(),
          of.total(),
          of.baselineCorrect(),
          of.accuracyDrop(),
          of.accuracyDropInterval(),
          of.drop(),
          of.interaction(),
          of.interactionInterval(),
          of.p(),
          of.right());
    }
    AblationRow.Control of = (AblationRow.Control) row;
    return new AblationRow.Control(
        of.intervention(),
        of.layer(),
        names.get(of.head()),
        of.drop(),
        of.accuracyDrop(),
        of.randomAccuracyDrops(),
        of.p());
  }

  /** The plant itself: it answers all rightly, by that head alone. */
  @Test
  void thePlantIsWhatItIsSaidToBe() {
    SignalTask task = SignalTask.plain();
    Evaluation test = new Evaluation(task, Split.TEST, TEST_EXAMPLES, 50);
    assertThat(test.of(planted(task, new Plant(0, 2, 0))).accuracy()).isEqualTo(1);
    assertThat(test.of(planted(task, new Plant(0, 2, 1))).accuracy()).isLessThan(0.5);
    assertThat(test.of(planted(task)).accuracy()).isLessThan(0.5);
    assertThat(
            IntStream.range(0, TEST_EXAMPLES)
                .map(index -> task.example(Split.TEST, index).label())
                .distinct()
                .count())
        .isEqualTo(SignalTask.CLASSES);
    assertThat(planted(task).params().dataType()).isEqualTo(DataType.DOUBLE);
  }

  private static List<AblationRow.Head> heads(List<AblationRow> rows) {
    return rows(rows, AblationRow.Head.class);
  }

  private static List<AblationRow.Layer> layers(List<AblationRow> rows) {
    return rows(rows, AblationRow.Layer.class);
  }

  private static <R extends AblationRow> List<R> rows(List<AblationRow> rows, Class<R> kind) {
    return rows.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
