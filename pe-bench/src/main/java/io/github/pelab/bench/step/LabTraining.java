package io.github.pelab.bench.step;

import io.github.pelab.tasks.Order;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskIterator;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Updates;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.factory.Nd4j;

/** PE Lab's own training, on whatever {@code -Dpe.kernel} says. */
final class LabTraining implements Contestant {
  private final Workload workload;
  private final Updates updates;
  private final TaskIterator batches;

  LabTraining(Workload workload) {
    this.workload = workload;
    updates = updates(workload.experiment().network());
    batches = batches(workload, workload.examplesInPass());
  }

  private static Updates updates(MultiLayerNetwork network) {
    return new Updates(network, 1, 0);
  }

  private static TaskIterator batches(Workload workload, int examples) {
    Experiment experiment = workload.experiment();
    return new TaskIterator(
        experiment.task(), Split.TRAIN, examples, workload.batch(), Order.sequential());
  }

  @Override
  public void pass() {
    batches.reset();
    while (batches.hasNext()) {
      var unused = updates.next(batches);
    }
  }

  @Override
  public double[] firstLosses() {
    Workload check = Agreement.workload(workload);
    MultiLayerNetwork network = check.experiment().network();
    network
        .paramTable()
        .forEach(
            (key, value) ->
                value.assign(
                    Nd4j.createFromArray(
                            Weights.of(
                                name(key),
                                Math.toIntExact(value.rows()),
                                Math.toIntExact(value.columns())))
                        .reshape(value.shape())));
    Updates checked = updates(network);
    TaskIterator batch = batches(check, check.batch());
    double[] losses = new double[Agreement.STEPS];
    for (int step = 0; step < losses.length; step++) {
      batch.reset();
      losses[step] = checked.next(batch).loss();
    }
    return losses;
  }

  /** DL4J puts a layer's number before a parameter's name. */
  private static String name(String key) {
    return key.startsWith("0_") ? key.substring(2) : "classes." + key.substring(2);
  }

  @Override
  public String describe() {
    return blas() + ", kernel " + System.getProperty("pe.kernel");
  }

  /** The library of matrix products and its threads. */
  static String blas() {
    Blas blas = Nd4j.factory().blas();
    return "%s, %d threads".formatted(blas.getBlasVendor(), blas.getMaxThreads());
  }
}
