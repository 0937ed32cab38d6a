package io.github.pelab.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.ablation.AblationRow.Control;
import io.github.pelab.ablation.HeadAblation.Head;
import io.github.pelab.ablation.PlantedNetwork.Plant;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.tasks.DistanceTask;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.progress.Progress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RandomSubspacesTest {
  private static final int WIDTH = 16;
  private static final int K = WIDTH / Models.HEADS;
  private static final DistanceTask TASK =
      new DistanceTask(new DistanceTask.Options(8, 3, 5, 9, 1L));
  private static final List<TaskBatch> REFERENCE =
      new Evaluation(TASK, Split.VALIDATION, 10, 4).batches();

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"MEAN", "ZERO", "RESAMPLE"})
  void asMuchIsRemovedAsWithTheHead(Mode mode) {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    NetworkHeads heads = new NetworkHeads(network);
    HeadAblation ablation = new HeadAblation(heads, AblationConfig.of(mode), REFERENCE);
    RandomSubspaces subspaces = new RandomSubspaces(heads, ablation, REFERENCE);
    for (Head head : List.of(new Head(0, 0), new Head(1, 2))) {
      double[] removed = new double[1 + 3];
      int first = 0;
      for (TaskBatch batch : REFERENCE) {
        List<Variant> variants =
            Stream.concat(
                    Stream.of(ablation.variant(List.of(head), batch, first)),
                    subspaces.variants(List.of(head), 3, batch, first))
                .toList();
        for (int i = 0; i < removed.length; i++) {
          removed[i] += squares(network, batch, variants.get(i), head.layer());
        }
        first += batch.examples().size();
      }
      assertThat(removed[0]).isPositive();
      for (double ofSubspace : removed) {
        assertThat(ofSubspace).isCloseTo(removed[0], within(1e-9 * removed[0]));
      }
    }
  }

  /**
   * Of what a variant takes away from all that the heads of a layer hand over, padding left out.
   */
  private static double squares(
      MultiLayerNetwork network, TaskBatch batch, Variant variant, int layer) {
    INDArray handed = Models.traces(network, batch).get(layer).headOutputs();
    double squares = 0;
    for (Variant.Change change : variant.changes()) {
      assertThat(change.layer()).isEqualTo(layer);
      HeadReplacement each = (HeadReplacement) change.intervention();
      double[][] rows = each.value().toDoubleMatrix();
      for (int b = 0, row = 0; b < batch.examples().size(); b++) {
        for (int t = 0; t < handed.size(1); t++, row++) {
          for (int k = 0; k < K && t < batch.examples().get(b).length(); k++) {
            double taken = handed.getDouble(b, t, each.head() * K + k) - rows[row % rows.length][k];
            squares += taken * taken;
          }
        }
      }
    }
    return squares;
  }

  @Test
  void subspacesAreOfTheHeadsSizeAndEachAnother() {
    NetworkHeads heads = new NetworkHeads(Models.random(TASK, WIDTH, "rope", false));
    HeadAblation ablation = new HeadAblation(heads, AblationConfig.of(Mode.MEAN), REFERENCE);
    RandomSubspaces subspaces = new RandomSubspaces(heads, ablation, REFERENCE);
    INDArray one = subspaces.subspace(new Head(0, 1), 0).basis();
    assertThat(one.shape()).containsExactly(WIDTH, K);
    assertThat(one.transpose().mmul(one).sub(Nd4j.eye(K)).amaxNumber().doubleValue())
        .isLessThan(1e-14);
    assertThat(new RandomSubspaces(heads, ablation, REFERENCE).subspace(new Head(0, 1), 0).basis())
        .isEqualTo(one);
    for (INDArray other :
        List.of(
            subspaces.subspace(new Head(0, 1), 1).basis(),
            subspaces.subspace(new Head(1, 1), 0).basis())) {
      double common = one.transpose().mmul(other).norm2Number().doubleValue();
      // 1 in the mean, K if they were the same.
      assertThat(common * common).isLessThan(0.75 * K);
    }
  }

  /** Those of a batch do not fit in memory together. */
  @Test
  void areMadeAsTheyAreTaken() {
    NetworkHeads heads = new NetworkHeads(Models.random(TASK, WIDTH, "rope", false));
    HeadAblation ablation = new HeadAblation(heads, AblationConfig.of(Mode.MEAN), REFERENCE);
    AtomicInteger made = new AtomicInteger();
    Iterator<Variant> variants =
        new RandomSubspaces(heads, ablation, REFERENCE)
            .variants(List.of(new Head(0, 1), new Head(1, 0)), 3, REFERENCE.get(0), 0)
            .peek(variant -> made.incrementAndGet())
            .iterator();
    var unused = variants.next();
    assertThat(made).hasValue(1);
  }

  /** A layer of which nothing can be removed. */
  @Test
  void ofNothingNothingIsRemoved() {
    MultiLayerNetwork network = Models.random(TASK, WIDTH, "rope", false);
    network.getParam("0_block0.attention.v.W").assign(0);
    network.getParam("0_block0.attention.v.b").assign(0);
    NetworkHeads heads = new NetworkHeads(network);
    HeadAblation ablation = new HeadAblation(heads, AblationConfig.of(Mode.ZERO), REFERENCE);
    RandomSubspaces subspaces = new RandomSubspaces(heads, ablation, REFERENCE);
    assertThat(subspaces.subspace(new Head(0, 1), 0).scale()).isZero();
    assertThat(subspaces.subspace(new Head(1, 1), 0).scale()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"MEAN", "ZERO", "RESAMPLE"})
  void aPlantedHeadIsMissedMoreThanRandomSubspaces(Mode mode) {
    SignalTask task = SignalTask.plain();
    Control control = control(task, PlantedNetwork.of(task, new Plant(0, 2, 0)), mode);
    assertThat(control.head()).isEqualTo(2);
    assertThat(control.drop()).isGreaterThan(0.9);
    assertThat(control.randomAccuracyDrops())
        .hasSize(20)
        .allSatisfy(drop -> assertThat(drop).isLessThan(control.accuracyDrop() / 3));
    assertThat(control.p()).isEqualTo(1.0 / 21);
  }

  /**
   * The same function, computed by heads that are random subspaces: the best of four is no find.
   */
  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"MEAN", "ZERO", "RESAMPLE"})
  void aHeadThatIsARandomSubspaceIsNot(Mode mode) {
    SignalTask task = SignalTask.plain();
    double sum = 0;
    for (int seed = 1; seed <= 3; seed++) {
      MultiLayerNetwork network = PlantedNetwork.of(task, new Plant(0, 2, 0));
      PlantedNetwork.mixHeads(network, 0, seed);
      Control control = control(task, network, mode);
      assertThat(control.randomAccuracyDrops()).anyMatch(drop -> drop > control.accuracyDrop());
      sum += control.p();
    }
    assertThat(sum / 3).isGreaterThan(0.2);
  }

  private static Control control(SignalTask task, MultiLayerNetwork network, Mode mode) {
    return new AblationStudy(
            new Evaluation(task, Split.VALIDATION, 120, 60),
            List.of(new Evaluation(task, Split.TEST, 200, 100)),
            new AblationConfig(mode, null, null, null, null, null, 0, 20, null, null))
            .run(network, "best", task.chance(), 1, Progress.of(Progress.Mode.NONE, System.err))
            .stream()
            .filter(Control.class::isInstance)
            .map(Control.class::cast)
            .findFirst()
            .orElseThrow();
  }
}
