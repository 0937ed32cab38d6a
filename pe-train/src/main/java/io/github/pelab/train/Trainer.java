package io.github.pelab.train;

import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.tasks.TaskIterator;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.ProvenanceCollector;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Trains one member of a sweep into its run directory: a row of metrics an epoch, the best
 * checkpoint by validation accuracy (the earliest of equals) and the last one, both measured on the
 * test split at the end.
 */
public final class Trainer {
  /** The one path that layers have in this version. */
  private static final String KERNEL = "graph";

  /** Where the program's sources are; the launcher says. Else the working directory counts. */
  private static final String CHECKOUT = "pe.checkout";

  private static final String BEST = "best";
  private static final String LAST = "last";

  private final Clock clock;
  private final Progress progress;

  public Trainer(Clock clock, Progress progress) {
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Trains from the beginning; what an earlier attempt left in the directory is replaced.
   *
   * @throws IllegalStateException if the loss stops being a number; the run is then marked as
   *     failed and keeps its last checkpoints
   */
  public void train(Sweep.Member member, Experiment experiment, RunDirectory directory) {
    train(member, experiment, experiment.network(), directory);
  }

  void train(
      Sweep.Member member,
      Experiment experiment,
      MultiLayerNetwork network,
      RunDirectory directory) {
    Instant started = clock.instant();
    RunRecord record = record(member, experiment, network, started);
    directory.write(record);
    directory.replace(RunDirectory.METRICS, List.of());
    RunRecord.Status status = RunRecord.Status.FAILED;
    try {
      int bestEpoch = fit(member.label(), experiment, network, directory);
      evaluate(experiment, directory, bestEpoch);
      status = RunRecord.Status.FINISHED;
    } finally {
      directory.write(record.ended(status, clock.instant()));
    }
  }

  private int fit(
      String label, Experiment experiment, MultiLayerNetwork network, RunDirectory directory) {
    int epochs = experiment.config().training().epochs();
    long examples = (long) epochs * experiment.config().data().train();
    WarmupCosine learningRate = experiment.learningRate();
    Evaluation validation = experiment.evaluation(Split.VALIDATION);
    TaskIterator batches = experiment.trainingBatches();
    Instant began = clock.instant();
    double bestAccuracy = -1;
    int bestEpoch = 0;
    int step = 0;
    try (Progress.Task task = progress.start("training " + label, examples)) {
      for (int epoch = 1; epoch <= epochs; epoch++) {
        double lossSum = 0;
        while (batches.hasNext()) {
          TaskBatch batch = batches.nextBatch();
          // Of the parameters that the batch met: fit() computes the score, and then moves them.
          double penalty = network.calcRegularizationScore(true);
          network.fit(batch.data());
          step++;
          double loss = finite(network.score() - penalty, label, step, epoch);
          lossSum += batch.examples().size() * loss;
          task.step(batch.examples().size());
        }
        batches.reset();
        Evaluation.Result result = validation.of(network);
        finite(result.loss(), label, step, epoch); // the last update may have broken it
        directory.append(
            RunDirectory.METRICS,
            new MetricsRow.Epoch(
                epoch,
                step,
                learningRate.valueAt(step - 1, epoch - 1),
                lossSum / experiment.config().data().train(),
                result.loss(),
                result.accuracy(),
                Duration.between(began, clock.instant()).toMillis() / 1e3));
        Checkpoint.write(network, directory.last());
        if (result.accuracy() > bestAccuracy) {
          bestAccuracy = result.accuracy();
          bestEpoch = epoch;
          Checkpoint.write(network, directory.best());
        }
        task.note(
            String.format(
                Locale.ROOT,
                "loss %.3f, validation %.1f %%",
                result.loss(),
                100 * result.accuracy()));
      }
    }
    return bestEpoch;
  }

  /** The mean cross-entropy of a batch: DL4J's score without the weight decay it adds. */
  private static double finite(double loss, String label, int step, int epoch) {
    if (!Double.isFinite(loss)) {
      throw new IllegalStateException(
          "training %s: the loss is %s after update %d (epoch %d); lower training.learningRate"
              .formatted(label, loss, step, epoch));
    }
    return loss;
  }

  private static void evaluate(Experiment experiment, RunDirectory directory, int bestEpoch) {
    Evaluation test = experiment.evaluation(Split.TEST);
    int epochs = experiment.config().training().epochs();
    append(directory, test, BEST, bestEpoch, directory.best());
    append(directory, test, LAST, epochs, directory.last());
  }

  private static void append(
      RunDirectory directory, Evaluation test, String checkpoint, int epoch, Path file) {
    Evaluation.Result result = test.of(Checkpoint.read(file));
    directory.append(
        RunDirectory.METRICS,
        new MetricsRow.Evaluation(
            test.split().key(),
            checkpoint,
            epoch,
            result.correct(),
            result.total(),
            result.loss(),
            result.slices()));
  }

  private static RunRecord record(
      Sweep.Member member, Experiment experiment, MultiLayerNetwork network, Instant started) {
    return new RunRecord(
        RunRecord.SCHEMA_VERSION,
        member.config().name(),
        member.label(),
        member.axes(),
        member.effective(),
        member.hash(),
        network.numParams(),
        experiment.task().classes(),
        experiment.task().chance(),
        experiment.task().ceilings().stream()
            .map(each -> new RunRecord.Ceiling(each.from(), each.accuracy(), each.how()))
            .toList(),
        ProvenanceCollector.collect(
            Path.of(System.getProperty(CHECKOUT, "")).toAbsolutePath(),
            started,
            member.config().training().seed(),
            KERNEL,
            KERNEL),
        RunRecord.Status.RUNNING);
  }
}
