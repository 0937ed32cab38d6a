package io.github.pelab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.factory.Nd4j;

class TaskIteratorTest {
  private static final int EXAMPLES = 103;
  private final Task task = new DistanceTask(DistanceTask.Options.defaults());

  @AfterEach
  void restoreDataType() {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  @Test
  void aBatchHoldsItsExamplesPaddedAtTheRight() {
    // The arrays' type is the batch's own, whatever the application's default.
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    TaskIterator iterator = iterator(10, Order.shuffled(1));
    boolean padded = false;
    while (iterator.hasNext()) {
      TaskBatch batch = iterator.nextBatch();
      DataSet data = batch.data();
      int rows = batch.examples().size();
      int time = batch.examples().stream().mapToInt(Example::length).max().orElseThrow();
      assertThat(data.getFeatures().shape()).containsExactly(rows, time);
      assertThat(data.getFeaturesMaskArray().shape()).containsExactly(rows, time);
      assertThat(data.getLabels().shape()).containsExactly(rows, 16);
      assertThat(data.getLabelsMaskArray()).isNull();
      assertThat(data.getFeatures().dataType()).isEqualTo(DataType.FLOAT);
      assertThat(data.getFeaturesMaskArray().dataType()).isEqualTo(DataType.FLOAT);
      assertThat(data.getLabels().dataType()).isEqualTo(DataType.FLOAT);
      for (int row = 0; row < rows; row++) {
        Example example = batch.examples().get(row);
        for (int t = 0; t < time; t++) {
          boolean real = t < example.length();
          padded |= !real;
          assertThat(data.getFeatures().getInt(row, t)).isEqualTo(real ? example.tokens()[t] : 0);
          assertThat(data.getFeaturesMaskArray().getInt(row, t)).isEqualTo(real ? 1 : 0);
        }
        for (int c = 0; c < 16; c++) {
          assertThat(data.getLabels().getInt(row, c)).isEqualTo(c == example.label() ? 1 : 0);
        }
      }
    }
    assertThat(padded).as("some row was padded").isTrue();
  }

  @Test
  void anEpochHasEveryExampleOnceWhateverTheBatchSize() {
    List<Example> expected =
        LongStream.range(0, EXAMPLES).mapToObj(i -> task.example(Split.TRAIN, i)).toList();
    for (int batchSize : new int[] {1, 10, 103, 1000}) {
      assertThat(epoch(iterator(batchSize, Order.sequential()))).isEqualTo(expected);
      assertThat(epoch(iterator(batchSize, Order.shuffled(5))))
          .isNotEqualTo(expected)
          .containsExactlyInAnyOrderElementsOf(expected)
          .isEqualTo(epoch(iterator(1, Order.shuffled(5))));
    }
  }

  @Test
  void theLastBatchHoldsWhatIsLeft() {
    TaskIterator iterator = iterator(10, Order.sequential());
    List<Integer> sizes = new ArrayList<>();
    iterator.forEachRemaining(data -> sizes.add(data.numExamples()));
    assertThat(sizes).hasSize(11).endsWith(10, 3);
    assertThatThrownBy(iterator::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("epoch 0 has no more than 103 examples; call reset()");
  }

  @Test
  void aShuffleIsAFunctionOfSeedAndEpoch() {
    assertThat(Order.shuffled(1).indices(50, 3)).isEqualTo(Order.shuffled(1).indices(50, 3));
    assertThat(Order.shuffled(1).indices(50, 3)).isNotEqualTo(Order.shuffled(1).indices(50, 4));
    assertThat(Order.shuffled(1).indices(50, 3)).isNotEqualTo(Order.shuffled(2).indices(50, 3));
    assertThat(Order.sequential().indices(50, 3)).isEqualTo(Order.sequential().indices(50, 4));
    assertThat(Order.shuffled(1).indices(7, 0)).containsExactly(4, 5, 2, 1, 3, 6, 0);
  }

  /** Of the 24 orders of four, each comes equally often: chi-square with 23 degrees, sd √46. */
  @Test
  void aShuffleIsUniform() {
    int epochs = 24_000;
    int[] counts = new int[256];
    for (int epoch = 0; epoch < epochs; epoch++) {
      int code = 0;
      for (int index : Order.shuffled(1).indices(4, epoch)) {
        code = 4 * code + index;
      }
      counts[code]++;
    }
    int[] seen = IntStream.of(counts).filter(n -> n > 0).toArray();
    assertThat(seen).hasSize(24);
    double expected = epochs / 24.0;
    double chiSquare =
        IntStream.of(seen).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    assertThat(chiSquare).isBetween(23 - 3 * Math.sqrt(46), 23 + 4 * Math.sqrt(46));
  }

  @Test
  void resetAdvancesTheEpochOnceItHasBegun() {
    TaskIterator iterator = iterator(10, Order.shuffled(1));
    iterator.reset();
    assertThat(iterator.epoch()).isZero();
    List<Example> first = epoch(iterator);
    iterator.reset();
    iterator.reset();
    assertThat(iterator.epoch()).isEqualTo(1);
    List<Example> second = epoch(iterator);
    assertThat(second).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
    iterator.seek(0, 0);
    assertThat(epoch(iterator)).isEqualTo(first);
  }

  @Test
  void seekContinuesWhereAnotherStopped() {
    TaskIterator whole = iterator(10, Order.shuffled(1));
    whole.seek(2, 0);
    whole.next();
    whole.next(7);
    TaskIterator resumed = iterator(10, Order.shuffled(1));
    resumed.seek(whole.epoch(), whole.position());
    assertThat(resumed.position()).isEqualTo(17);
    assertThat(epoch(resumed)).hasSize(EXAMPLES - 17).isEqualTo(epoch(whole));
    assertThat(resumed.hasNext()).isFalse();
  }

  @Test
  void aPreProcessorSeesEveryBatch() {
    TaskIterator iterator = iterator(10, Order.sequential());
    AtomicInteger seen = new AtomicInteger();
    DataSetPreProcessor preProcessor = data -> seen.addAndGet(data.numExamples());
    iterator.setPreProcessor(preProcessor);
    epoch(iterator);
    assertThat(seen).hasValue(EXAMPLES);
    assertThat(iterator.getPreProcessor()).isSameAs(preProcessor);
  }

  @Test
  void itTellsDl4jWhatItIs() {
    TaskIterator iterator = iterator(10, Order.sequential());
    assertThat(iterator.batch()).isEqualTo(10);
    assertThat(iterator.inputColumns()).isEqualTo(32);
    assertThat(iterator.totalOutcomes()).isEqualTo(16);
    assertThat(iterator.getLabels()).hasSize(16).startsWith("0", "1");
    assertThat(iterator.resetSupported()).isTrue();
    assertThat(iterator.asyncSupported()).isFalse();
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    Order order = Order.sequential();
    assertThatThrownBy(() -> new TaskIterator(task, Split.TEST, 0, 1, order))
        .hasMessage("examples: found 0; give 1 or more");
    assertThatThrownBy(() -> new TaskIterator(task, Split.TEST, 1, 0, order))
        .hasMessage("batchSize: found 0; give 1 or more");
    TaskIterator iterator = iterator(10, order);
    assertThatThrownBy(() -> iterator.next(0)).hasMessage("size: found 0; give 1 or more");
    assertThatThrownBy(() -> iterator.seek(-1, 0)).hasMessage("epoch: found -1; give 0 or more");
    assertThatThrownBy(() -> iterator.seek(0, 104))
        .hasMessage("position: found 104; give a value from 0 to 103");
    assertThatThrownBy(() -> iterator.seek(0, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLabelOutsideTheClassesIsNotWrittenIntoAnotherRow() {
    Task faulty = new LeakyDistanceTask(2);
    TaskIterator iterator = new TaskIterator(faulty, Split.TEST, 30, 30, Order.sequential());
    assertThatThrownBy(iterator::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "task leaky-distance: label \\d+ of test example \\d+; "
                + "correct the task, whose labels go from 0 to 1");
  }

  @Test
  void splitsDiffer() {
    assertThat(new HashSet<>(epoch(iterator(10, Order.sequential()))))
        .doesNotContainAnyElementsOf(
            epoch(new TaskIterator(task, Split.TEST, EXAMPLES, 10, Order.sequential())));
  }

  private TaskIterator iterator(int batchSize, Order order) {
    return new TaskIterator(task, Split.TRAIN, EXAMPLES, batchSize, order);
  }

  /** What is left of the epoch. */
  private static List<Example> epoch(TaskIterator iterator) {
    List<Example> examples = new ArrayList<>();
    while (iterator.hasNext()) {
      examples.addAll(iterator.nextBatch().examples());
    }
    return examples;
  }
}
