package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pelab.ablation.AblationRow.Intervention;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The whole way from a network to its verdicts, on networks whose truth is known because their
 * weights were set by hand. The planted network decides by what one head writes into components
 * that nothing else writes into:
 *
 * <pre>
 *   components  0– 3   which signal of kind 0 a token is (embedding)
 *               4– 7   which signal of kind 1
 *               8–11   what the planted head writes, and all that the output layer reads
 *              12–15   fillers, and what all other heads write, at random
 * </pre>
 */
class AblationStudyTest {
  private static final int WIDTH = 16;
  private static final int K = WIDTH / Models.HEADS;
  private static final int READ = 8;
  private static final int SCRATCH = 12;
  private static final int VALIDATION_EXAMPLES = 120;
  private static final int TEST_EXAMPLES = 200;

  /** A head that carries signals of one kind to where they are read. */
  private record Plant(int layer, int head, int kind) {}

  private static MultiLayerNetwork planted(Task task, Plant... plants) {
    MultiLayerNetwork network = Models.untrained(task, WIDTH, "rope", false);
    Nd4j.getRandom().setSeed(5);
    INDArray embedding = network.getParam("0_embedding").assign(0);
    for (int label = 0; label < SignalTask.CLASSES; label++) {
      embedding.putScalar(SignalTask.signal(0, label), label, 1);
      embedding.putScalar(SignalTask.signal(1, label), SignalTask.CLASSES + label, 1);
    }
    for (int filler = SignalTask.signal(2, 0); filler < task.vocabularySize(); filler++) {
      embedding.putScalar(filler, SCRATCH + filler % 3, 1);
    }
    for (int layer = 0; layer < Models.LAYERS; layer++) {
      String block = "0_block" + layer + ".";
      network.getParam(block + "feedForward.out.W").assign(0);
      INDArray out = network.getParam(block + "attention.o.W").assign(0);
      for (int row = 0; row < WIDTH; row++) {
        for (int d = SCRATCH; d < WIDTH; d++) {
          out.putScalar(row, d, Nd4j.getRandom().nextGaussian());
        }
      }
    }
    for (Plant plant : plants) {
      String attention = "0_block" + plant.layer() + ".attention.";
      INDArray value = network.getParam(attention + "v.W");
      INDArray out = network.getParam(attention + "o.W");
      for (int k = 0; k < K; k++) {
        int column = plant.head() * K + k;
        for (int d = 0; d < WIDTH; d++) {
          // Looks at every token alike.
          network.getParam(attention + "q.W").putScalar(d, column, 0);
          value.putScalar(d, column, d == plant.kind() * K + k ? 1 : 0);
          out.putScalar(column, d, d == READ + k ? 1 : 0);
        }
      }
    }
    INDArray read = network.getParam("1_W").assign(0);
    for (int label = 0; label < SignalTask.CLASSES; label++) {
      read.putScalar(READ + label, label, 10);
    }
    return network;
  }

  private static List<AblationRow> study(Task task, MultiLayerNetwork network, Mode mode) {
    return study(task, network, mode, new Counting());
  }

  private static List<AblationRow> study(
      Task task, MultiLayerNetwork network, Mode mode, Progress progress) {
    return new AblationStudy(
            new Evaluation(task, Split.VALIDATION, VALIDATION_EXAMPLES, 50),
            new Evaluation(task, Split.TEST, TEST_EXAMPLES, 50),
            AblationConfig.of(mode))
        .run(network, "best", task.chance(), 1, progress);
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
  @EnumSource(Mode.class)
  void rowsAreOnePerHeadThenOnePerLayerAndCarryTheIntervention(Mode mode) {
    SignalTask task = SignalTask.plain();
    Counting progress = new Counting();
    List<AblationRow> rows = study(task, planted(task, new Plant(0, 1, 0)), mode, progress);
    assertThat(rows).hasSize(Models.LAYERS * (Models.HEADS + 1));
    List<String> order = new ArrayList<>();
    Intervention intervention = new Intervention(mode.key(), "best");
    for (AblationRow row : rows) {
      if (row instanceof AblationRow.Head head) {
        order.add(head.layer() + "." + head.head());
        assertThat(head.intervention()).isEqualTo(intervention);
      } else if (row instanceof AblationRow.Layer layer) {
        order.add("layer " + layer.layer());
        assertThat(layer.intervention()).isEqualTo(intervention);
      }
    }
    assertThat(order)
        .containsExactly(
            "0.0", "0.1", "0.2", "0.3", "layer 0", "1.0", "1.1", "1.2", "1.3", "layer 1");
    assertThat(progress.done).isEqualTo(progress.total).isPositive();
    assertThat(progress.closed).isTrue();
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
    AblationRow.Layer layer = layers(study(task, network, Mode.ZERO)).get(0);
    assertThat(layer.verdict()).as(layer.reason()).isEqualTo(Verdict.REDUNDANT);
    assertThat(layer.allHeadsDrop()).isGreaterThan(0.8);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void saysNothingOfAnUntrainedNetwork(Mode mode) {
    SignalTask task = SignalTask.plain();
    List<AblationRow> rows = study(task, Models.untrained(task, WIDTH, "rope", false), mode);
    assertThat(layers(rows))
        .extracting(AblationRow.Layer::verdict)
        .containsExactly(Verdict.NOT_LEARNED, Verdict.NOT_LEARNED);
    assertThat(layers(rows)).extracting(AblationRow.Layer::topHead).containsOnly(-1);
    assertThat(heads(rows)).hasSize(Models.LAYERS * Models.HEADS);
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
    return rows.stream()
        .filter(AblationRow.Head.class::isInstance)
        .map(AblationRow.Head.class::cast)
        .toList();
  }

  private static List<AblationRow.Layer> layers(List<AblationRow> rows) {
    return rows.stream()
        .filter(AblationRow.Layer.class::isInstance)
        .map(AblationRow.Layer.class::cast)
        .toList();
  }
}
