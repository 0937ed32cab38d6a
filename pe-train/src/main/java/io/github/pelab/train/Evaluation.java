package io.github.pelab.train;

import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.Order;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.tasks.TaskIterator;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.MetricsRow.SliceCount;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A split of a task, ready to be put before a network any number of times. The examples are made
 * once and kept.
 */
public final class Evaluation {
  private final Split split;
  private final List<TaskBatch> batches = new ArrayList<>();

  /** The first {@code examples} examples of a split, in batches of {@code batch}. */
  public Evaluation(Task task, Split split, int examples, int batch) {
    this.split = split;
    TaskIterator iterator = new TaskIterator(task, split, examples, batch, Order.sequential());
    while (iterator.hasNext()) {
      batches.add(iterator.nextBatch());
    }
  }

  /**
   * What a network made of a split.
   *
   * @param right bit i: whether example i was right
   * @param loss mean cross-entropy in nats
   * @param slices by slice label and value, both in order
   */
  public record Result(int total, BitSet right, double loss, List<SliceCount> slices) {
    public int correct() {
      return right.cardinality();
    }

    /** Fraction right, 0 to 1. */
    public double accuracy() {
      return (double) correct() / total;
    }

    /** As a run's row. */
    MetricsRow.Evaluation row(Split split, String checkpoint, int step, int epoch) {
      return new MetricsRow.Evaluation(
          split.key(), checkpoint, step, epoch, correct(), total, loss, slices);
    }
  }

  public Split split() {
    return split;
  }

  /** The batches, in order. */
  public List<TaskBatch> batches() {
    return List.copyOf(batches);
  }

  /** What variants of a network answer to a batch. */
  @FunctionalInterface
  public interface Variants {
    /**
     * A matrix {@code [B, classes]} for each variant, always as many and in the same order.
     *
     * @param first the index in the split of the batch's first example
     */
    List<INDArray> probabilities(TaskBatch batch, int first);
  }

  /** What a network answers to a batch as at inference, {@code [B, classes]}. */
  public static INDArray probabilities(MultiLayerNetwork network, TaskBatch batch) {
    return network.output(
        batch.data().getFeatures(), false, batch.data().getFeaturesMaskArray(), null);
  }

  /** Puts every example before the network, as at inference. */
  public Result of(MultiLayerNetwork network) {
    return of((batch, first) -> List.of(probabilities(network, batch))).get(0);
  }

  /**
   * Puts every example before all variants of a network, batch by batch, so that they may share
   * what a batch costs.
   *
   * @return what each variant made of the split, in their order
   */
  public List<Result> of(Variants variants) {
    List<Tally> tallies = new ArrayList<>();
    int first = 0;
    for (TaskBatch batch : batches) {
      List<INDArray> probabilities = variants.probabilities(batch, first);
      if (first == 0) {
        probabilities.forEach(each -> tallies.add(new Tally()));
      }
      if (probabilities.size() != tallies.size()) {
        throw new IllegalStateException(
            "%d variants answered the batch from example %d, %d the first one; answer for each variant"
                .formatted(probabilities.size(), first, tallies.size()));
      }
      for (int variant = 0; variant < tallies.size(); variant++) {
        tallies.get(variant).count(batch.examples(), probabilities.get(variant));
      }
      first += batch.examples().size();
    }
    return tallies.stream().map(Tally::result).toList();
  }

  /** One network's answers, counted. */
  private static final class Tally {
    private final BitSet right = new BitSet();
    private final Map<String, Map<Integer, long[]>> slices = new TreeMap<>();
    private int total;
    private double loss;

    void count(List<Example> examples, INDArray probabilities) {
      double[] numbers = probabilities.dup('c').data().asDouble();
      int classes = probabilities.columns();
      for (int i = 0; i < examples.size(); i++, total++) {
        Example example = examples.get(i);
        int row = i * classes;
        boolean hit = argMax(numbers, row, classes) == example.label();
        right.set(total, hit);
        loss -= Math.log(Math.max(numbers[row + example.label()], Double.MIN_NORMAL));
        example
            .slices()
            .forEach(
                (slice, value) -> {
                  long[] counts =
                      slices
                          .computeIfAbsent(slice, key -> new TreeMap<>())
                          .computeIfAbsent(value, key -> new long[2]);
                  counts[0] += hit ? 1 : 0;
                  counts[1]++;
                });
      }
    }

    Result result() {
      return new Result(total, right, loss / total, counts(slices));
    }
  }

  private static List<SliceCount> counts(Map<String, Map<Integer, long[]>> slices) {
    List<SliceCount> counts = new ArrayList<>();
    slices.forEach(
        (slice, values) ->
            values.forEach(
                (value, count) -> counts.add(new SliceCount(slice, value, count[0], count[1]))));
    return counts;
  }

  /** The lowest index among the largest: a tie is decided the same way everywhere. */
  private static int argMax(double[] numbers, int row, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (numbers[row + c] > numbers[row + best]) {
        best = c;
      }
    }
    return best;
  }
}
