package io.github.pelab.tasks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches of the first {@code examples} examples of a split, each exactly once per epoch; {@link
 * TaskBatch} says their shapes. The last batch of an epoch holds what is left.
 *
 * <p>What comes next is a function of ({@link #epoch()}, {@link #position()}) alone; record both
 * and {@link #seek} to resume. {@link #reset()} starts the next epoch. Not safe for use by several
 * threads.
 */
// DL4J asks every iterator to be Serializable; nothing writes one, and a Task need not be.
@SuppressWarnings("serial")
public final class TaskIterator implements DataSetIterator {
  private final Task task;
  private final Split split;
  private final int examples;
  private final int batchSize;
  private final Order order;
  private DataSetPreProcessor preProcessor;
  private int epoch;
  private int position;
  private int[] indices;

  /**
   * At the start of epoch 0.
   *
   * @param examples how many examples of the split make an epoch, at least 1
   * @param batchSize at least 1
   * @throws IllegalArgumentException if a number is below 1, or the split has fewer examples
   */
  public TaskIterator(Task task, Split split, int examples, int batchSize, Order order) {
    checkPositive("examples", examples);
    checkPositive("batchSize", batchSize);
    this.task = task;
    this.split = split;
    this.examples = examples;
    this.batchSize = batchSize;
    this.order = order;
    this.indices = order.indices(examples, 0);
    // A split may have an end: that is better met here than in the middle of an epoch.
    var unused = task.example(split, examples - 1);
  }

  /** The epoch that {@link #next()} draws from, from 0. */
  public int epoch() {
    return epoch;
  }

  /** How many examples of this epoch have been handed out. */
  public int position() {
    return position;
  }

  /**
   * Goes to a place in an epoch, for instance (e, 0) for the start of epoch e.
   *
   * @param epoch at least 0
   * @param position examples of that epoch to pass over, 0..examples
   * @throws IllegalArgumentException if there is no such place
   */
  public void seek(int epoch, int position) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch: found %d; give 0 or more".formatted(epoch));
    }
    if (position < 0 || position > examples) {
      throw new IllegalArgumentException(
          "position: found %d; give a value from 0 to %d".formatted(position, examples));
    }
    this.indices = order.indices(examples, epoch);
    this.epoch = epoch;
    this.position = position;
  }

  @Override
  public boolean hasNext() {
    return position < examples;
  }

  /** The next batch without its examples. */
  @Override
  public DataSet next() {
    return nextBatch().data();
  }

  /** As {@link #next()}, with at most {@code size} examples. */
  @Override
  public DataSet next(int size) {
    checkPositive("size", size);
    return nextBatch(size).data();
  }

  /**
   * The next batch with its examples.
   *
   * @throws NoSuchElementException at the end of an epoch
   */
  public TaskBatch nextBatch() {
    return nextBatch(batchSize);
  }

  private TaskBatch nextBatch(int size) {
    if (!hasNext()) {
      throw new NoSuchElementException(
          "epoch %d has no more than %d examples; call reset()".formatted(epoch, examples));
    }
    int end = position + Math.min(size, examples - position);
    List<Example> batch = new ArrayList<>(end - position);
    for (int i = position; i < end; i++) {
      batch.add(example(indices[i]));
    }
    DataSet data = dataSet(batch);
    if (preProcessor != null) {
      preProcessor.preProcess(data);
    }
    position = end;
    return new TaskBatch(data, batch);
  }

  private Example example(int index) {
    Example example = task.example(split, index);
    if (example.label() < 0 || example.label() >= task.classes()) {
      // One-hot rows lie side by side: a wrong label would silently become another example's.
      throw new IllegalStateException(
          "task %s: label %d of %s example %d; correct the task, whose labels go from 0 to %d"
              .formatted(task.name(), example.label(), split.key(), index, task.classes() - 1));
    }
    return example;
  }

  private DataSet dataSet(List<Example> batch) {
    int rows = batch.size();
    int time = batch.stream().mapToInt(Example::length).max().orElseThrow();
    int classes = task.classes();
    // Fresh arrays are zero: the padding id, the mask of padding, and the labels' ground.
    float[] features = new float[rows * time];
    float[] mask = new float[rows * time];
    float[] labels = new float[rows * classes];
    for (int row = 0; row < rows; row++) {
      Example example = batch.get(row);
      int begin = row * time;
      example.copyTokens(features, begin);
      Arrays.fill(mask, begin, begin + example.length(), 1);
      labels[row * classes + example.label()] = 1;
    }
    return new DataSet(
        matrix(features, rows), matrix(labels, rows), matrix(mask, rows), /* labelsMask= */ null);
  }

  private static INDArray matrix(float[] values, int rows) {
    return Nd4j.create(values, new int[] {rows, values.length / rows}, 'c');
  }

  /** Starts the next epoch, unless this one has not handed out anything yet. */
  @Override
  public void reset() {
    // DL4J's trainers differ in whether they reset before the first epoch; none may lose it.
    if (position > 0) {
      seek(epoch + 1, 0);
    }
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  /**
   * False: a background reader would take batches ahead of training, so that {@link #epoch()} and
   * {@link #position()} would no longer say which examples the model has seen.
   */
  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public int batch() {
    return batchSize;
  }

  /** The task's maximal length; a batch may be narrower. */
  @Override
  public int inputColumns() {
    return task.maxLength();
  }

  @Override
  public int totalOutcomes() {
    return task.classes();
  }

  /** The class numbers. */
  @Override
  public List<String> getLabels() {
    return IntStream.range(0, task.classes()).mapToObj(Integer::toString).toList();
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    this.preProcessor = preProcessor;
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }

  private static void checkPositive(String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: found %d; give 1 or more".formatted(field, value));
    }
  }
}
