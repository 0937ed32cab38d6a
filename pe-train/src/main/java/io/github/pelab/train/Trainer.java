package io.github.pelab.train;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskIterator;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.config.TrainingConfig;
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
 * test split at the end. It ends early where {@code training.patience} says so.
 */
public final class Trainer {
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
      Epochs epochs = fit(member.label(), experiment, network, directory);
      evaluate(experiment, directory, epochs);
      status = RunRecord.Status.FINISHED;
    } finally {
      directory.write(record.ended(status, clock.instant()));
    }
  }

  private Epochs fit(
      String label, Experiment experiment, MultiLayerNetwork network, RunDirectory directory) {
    TrainingConfig training = experiment.config().training();
    long examples = (long) training.epochs() * experiment.config().data().train();
    WarmupCosine learningRate = experiment.learningRate();
    Evaluation validation = experiment.evaluation(Split.VALIDATION);
    TaskIterator batches = experiment.trainingBatches();
    Updates updates =
        new Updates(network, training.batch() / training.microBatch(), training.clip());
    Instant began = clock.instant();
    double bestAccuracy = -1;
    Epochs epochs = new Epochs(0, 0);
    try (Progress.Task task = progress.start("training " + label, examples)) {
      while (epochs.last() < training.epochs() && !epochs.outOfPatience(training.patience())) {
        int epoch = epochs.last() + 1;
        Means means = new Means();
        while (batches.hasNext()) {
          Updates.Seen seen = updates.next(batches);
          int update = network.getIterationCount() + 1;
          check("loss", seen.loss(), label, update, epoch);
          check("gradient's norm", seen.gradientNorm(), label, update, epoch);
          means.add(seen);
          task.step(seen.examples());
        }
        batches.reset();
        int step = network.getIterationCount();
        Evaluation.Result result = validation.of(network);
        // the last update may have broken it
        check("loss", result.loss(), label, step, epoch);
        directory.append(
            RunDirectory.METRICS,
            new MetricsRow.Epoch(
                epoch,
                step,
                learningRate.valueAt(step - 1, epoch - 1),
                means.gradientNorm(),
                means.loss(),
                result.loss(),
                result.accuracy(),
                Duration.between(began, clock.instant()).toMillis() / 1e3));
        Checkpoint.write(network, directory.last());
        boolean better = result.accuracy() > bestAccuracy;
        if (better) {
          bestAccuracy = result.accuracy();
          Checkpoint.write(network, directory.best());
        }
        epochs = new Epochs(better ? epoch : epochs.best(), epoch);
        task.note(
            String.format(
                Locale.ROOT,
                "loss %.3f, validation %.1f %%",
                result.loss(),
                100 * result.accuracy()));
      }
    }
    return epochs;
  }

  /**
   * How far training has come.
   *
   * @param best epoch by validation accuracy, the earliest of equals; 0 before the first
   * @param last epoch that has ended
   */
  private record Epochs(int best, int last) {
    boolean outOfPatience(int patience) {
      return patience > 0 && last - best >= patience;
    }
  }

  /** Of an epoch: of the loss over examples, of the gradient's norm over updates. */
  private static final class Means {
    private long examples;
    private long updates;
    private double lossSum;
    private double normSum;

    void add(Updates.Seen seen) {
      examples += seen.examples();
      updates++;
      lossSum += seen.examples() * seen.loss();
      normSum += seen.gradientNorm();
    }

    double loss() {
      return lossSum / examples;
    }

    double gradientNorm() {
      return normSum / updates;
    }
  }

  private static void check(String what, double value, String label, int step, int epoch) {
    if (!Double.isFinite(value)) {
      throw new IllegalStateException(
          "training %s: the %s is %s at update %d (epoch %d); lower training.learningRate, or set training.clip"
              .formatted(label, what, value, step, epoch));
    }
  }

  private static void evaluate(Experiment experiment, RunDirectory directory, Epochs epochs) {
    Evaluation test = experiment.evaluation(Split.TEST);
    append(directory, test, BEST, epochs.best(), directory.best());
    append(directory, test, LAST, epochs.last(), directory.last());
  }

  private static void append(
      RunDirectory directory, Evaluation test, String checkpoint, int epoch, Path file) {
    directory.append(
        RunDirectory.METRICS, test.of(Checkpoint.read(file)).row(test.split(), checkpoint, epoch));
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
        RunRecord.Ceiling.of(experiment.task()),
        ProvenanceCollector.collect(
            Path.of(System.getProperty(CHECKOUT, "")).toAbsolutePath(),
            started,
            member.config().training().seed(),
            AttentionAccess.of(network).get(0).kernel()),
        RunRecord.Status.RUNNING);
  }
}
