package io.github.pelab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.pelab.layers.EncoderStack;
import io.github.pelab.tasks.DistanceTask;
import io.github.pelab.tasks.Order;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.tasks.TaskIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class UpdatesTest {
  private static final int EXAMPLES = 19; // two batches of 8 and one of 3
  private static final int UPDATES = 3;
  private static final double ROUNDING = 1e-5;

  private final Task task = new DistanceTask(DistanceTask.Options.defaults());

  private TaskIterator batches(int size) {
    return new TaskIterator(task, Split.TRAIN, EXAMPLES, size, Order.sequential());
  }

  private MultiLayerNetwork network(IUpdater updater, double dropout) {
    return network(updater, dropout, 0);
  }

  private MultiLayerNetwork network(IUpdater updater, double dropout, double decay) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(updater)
                .list()
                .layer(
                    new EncoderStack.Builder()
                        .vocabulary(task.vocabularySize())
                        .width(8)
                        .heads(2)
                        .scheme("rope")
                        .maxLength(task.maxLength())
                        .residualDropout(dropout)
                        .weightDecay(decay, true)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(task.classes())
                        .weightDecay(decay, true)
                        .build())
                .setInputType(InputType.feedForward(task.maxLength()))
                .build());
    network.init();
    return network;
  }

  private MultiLayerNetwork updated(
      MultiLayerNetwork network, int batch, int microBatches, double clip) {
    Updates updates = new Updates(network, microBatches, clip);
    TaskIterator batches = batches(batch / microBatches);
    for (int update = 0; update < UPDATES; update++) {
      assertThat(updates.next(batches).finite()).isTrue();
    }
    assertThat(batches.hasNext()).isFalse();
    assertThat(network.getIterationCount()).isEqualTo(UPDATES);
    return network;
  }

  @Test
  void withoutMicroBatchesAndCutTheyAreThoseOfFit() {
    MultiLayerNetwork ours = updated(network(new Nesterovs(1e-2), 0.2), 8, 1, 0);
    MultiLayerNetwork theirs = fitted(network(new Nesterovs(1e-2), 0.2));
    assertThat(Fixtures.parameters(ours)).isEqualTo(Fixtures.parameters(theirs));
  }

  private MultiLayerNetwork fitted(MultiLayerNetwork network) {
    TaskIterator batches = batches(8);
    while (batches.hasNext()) {
      network.fit(batches.next());
    }
    return network;
  }

  /**
   * Each update from where the other one came to: Adam makes the same step of a gradient that is
   * nothing but rounding, as that of keys' biases, as of any other.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void adamInOnePassIsThatOfFit(double decay) {
    IUpdater adam = Adam.builder().learningRateSchedule(new WarmupCosine(1e-2, 1, 5)).build();
    MultiLayerNetwork ours = network(adam, 0.2, decay);
    MultiLayerNetwork theirs = network(adam, 0.2, decay);
    MultiLayerNetwork others = network(adam, 0.2, decay + 0.1);
    assertThat(AdamW.of(ours)).isPresent();
    Updates updates = new Updates(ours, 1, 0);
    TaskIterator batches = batches(8);
    TaskIterator again = batches(8);
    while (batches.hasNext()) {
      for (MultiLayerNetwork each : List.of(theirs, others)) {
        each.params().assign(ours.params());
        each.getUpdater().getStateViewArray().assign(ours.getUpdater().getStateViewArray());
      }
      DataSet batch = again.next();
      theirs.fit(batch);
      others.fit(batch);
      updates.next(batches);
      assertClose(ours.params(), theirs.params());
      assertClose(ours.getUpdater().getStateViewArray(), theirs.getUpdater().getStateViewArray());
    }
    // What is compared must be able to differ.
    assertThat(others.params().sub(ours.params()).amaxNumber().doubleValue()).isGreaterThan(1e-5);
  }

  private static void assertClose(INDArray found, INDArray expected) {
    double largest = expected.amaxNumber().doubleValue();
    assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-6 * largest);
  }

  @Test
  void whatIsNotAdamWithDecoupledDecayIsLeftToTheUpdater() {
    assertThat(AdamW.of(network(new Sgd(1), 0))).isEmpty();
    assertThat(AdamW.of(network(new Adam(1), 0))).isPresent();
  }

  /** At a learning rate that is another in each update, so that the count of updates shows. */
  @Test
  void microBatchesSumToTheBatch() {
    INDArray whole = updated(network(falling(1), 0), 8, 1, 0).params();
    for (int microBatches : new int[] {2, 4}) {
      INDArray parts = updated(network(falling(1), 0), 8, microBatches, 0).params();
      assertThat(parts.sub(whole).amaxNumber().doubleValue()).isLessThan(ROUNDING);
    }
    // What is compared must be able to differ.
    INDArray other = updated(network(falling(1.01), 0), 8, 2, 0).params();
    assertThat(other.sub(whole).amaxNumber().doubleValue()).isGreaterThan(10 * ROUNDING);
  }

  private static IUpdater falling(double peak) {
    return new Sgd(new WarmupCosine(peak, 0, UPDATES));
  }

  /** Dropout is a function of the iteration, so no two micro-batches may have the same. */
  @Test
  void eachMicroBatchIsAnIterationOfItsOwn() {
    List<Integer> iterations = new ArrayList<>();
    MultiLayerNetwork network = network(new Sgd(1), 0.5);
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onBackwardPass(Model model) {
            iterations.add(network.getIterationCount());
          }
        });
    updated(network, 8, 2, 0);
    assertThat(iterations).containsExactly(0, 1, 2, 3, 4);
  }

  /** With rate 1 and no decay a step is the gradient. */
  @Test
  void aGradientIsCutToTheLargestNorm() {
    INDArray before = network(new Sgd(1), 0).params();
    double norm = step(before, 0).norm2Number().doubleValue();
    for (double clip : new double[] {norm / 10, norm / 2}) {
      INDArray step = step(before, clip);
      assertThat(step.norm2Number().doubleValue()).isCloseTo(clip, within(ROUNDING));
      assertThat(step.mul(norm / clip).sub(step(before, 0)).amaxNumber().doubleValue())
          .isLessThan(ROUNDING);
    }
    assertThat(step(before, 2 * norm).norm2Number().doubleValue())
        .isCloseTo(norm, within(ROUNDING));
  }

  private INDArray step(INDArray before, double clip) {
    MultiLayerNetwork network = network(new Sgd(1), 0);
    double seen = new Updates(network, 2, clip).next(batches(4)).gradientNorm();
    assertThat(seen)
        .isCloseTo(
            new Updates(network(new Sgd(1), 0), 1, 0).next(batches(8)).gradientNorm(),
            within(ROUNDING));
    return network.params().sub(before);
  }

  @Test
  void whatIsNoNumberMovesNothing() {
    MultiLayerNetwork network = network(new Sgd(1), 0);
    network.getParam("0_block0.attention.q.W").putScalar(0, Double.NaN);
    float[] before = Fixtures.parameters(network);
    Updates.Seen seen = new Updates(network, 1, 0).next(batches(8));
    assertThat(seen.finite()).isFalse();
    assertThat(Fixtures.parameters(network)).isEqualTo(before);
    assertThat(network.getIterationCount()).isZero();
  }

  /** A token that is not in the first micro-batch breaks the ones that it is in. */
  @Test
  void noMicroBatchIsTakenAfterTheOneWhoseLossIsNoNumber() {
    List<TaskBatch> all = new Evaluation(task, Split.TRAIN, EXAMPLES, 2).batches();
    Set<Integer> late = tokens(all.get(1));
    late.removeAll(tokens(all.get(0)));
    MultiLayerNetwork network = network(new Sgd(1), 0);
    network.getParam("0_embedding").getRow(late.iterator().next()).assign(Double.NaN);
    TaskIterator batches = batches(2);
    Updates.Seen seen = new Updates(network, 4, 0).next(batches);
    assertThat(seen.loss()).isNaN();
    assertThat(seen.examples()).isEqualTo(4);
    assertThat(seen.last().examples()).isEqualTo(all.get(1).examples());
    assertThat(batches.nextBatch().examples()).isEqualTo(all.get(2).examples());
  }

  private static Set<Integer> tokens(TaskBatch batch) {
    return batch.examples().stream()
        .flatMapToInt(example -> Arrays.stream(example.tokens()))
        .boxed()
        .collect(Collectors.toSet());
  }

  @Test
  void theLossIsThatOfTheParametersThatMetTheBatch() {
    MultiLayerNetwork network = network(new Sgd(1), 0);
    double expected = new Evaluation(task, Split.TRAIN, 8, 8).of(network).loss();
    assertThat(new Updates(network, 2, 0).next(batches(4)).loss())
        .isCloseTo(expected, within(ROUNDING));
  }
}
