package io.github.pelab.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskIterator;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.checkpoint.TrainingState;
import io.github.pelab.train.checkpoint.TrainingState.Sums;
import io.github.pelab.train.config.TrainingConfig;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The epochs of one training, from where it is to its end. What comes next is a function of the
 * network, its updater's moments and the {@link TrainingState}, all of which a checkpoint holds.
 */
final class TrainingLoop {
  private final String label;
  private final Experiment experiment;
  private final MultiLayerNetwork network;
  private final RunDirectory directory;
  private final Checkpoints checkpoints;
  private final Saving saving;
  private final LongSupplier nanoTime;
  private final Studies studies;
  private final TaskIterator batches;
  private final Updates updates;
  private final Evaluation validation;
  private double secondsBefore;
  private long began;
  private long saved;

  TrainingLoop(
      String label,
      Experiment experiment,
      MultiLayerNetwork network,
      RunDirectory directory,
      Checkpoints checkpoints,
      Saving saving,
      LongSupplier nanoTime,
      Studies studies) {
    this.label = label;
    this.experiment = experiment;
    this.network = network;
    this.directory = directory;
    this.checkpoints = checkpoints;
    this.saving = saving;
    this.nanoTime = nanoTime;
    this.studies = studies;
    TrainingConfig training = experiment.config().training();
    batches = experiment.trainingBatches();
    updates = new Updates(network, training.batch() / training.microBatch(), training.clip());
    validation = experiment.evaluation(Split.VALIDATION);
  }

  /**
   * Trains.
   *
   * @param from where the network is
   * @return where it ended
   */
  TrainingState run(TrainingState from, Progress progress, BooleanSupplier stop) {
    TrainingConfig training = experiment.config().training();
    long examples = experiment.config().data().train();
    secondsBefore = secondsBefore();
    began = nanoTime.getAsLong();
    saved = began;
    TrainingState state = from;
    try (Progress.Task task = progress.start("training " + label, training.epochs() * examples)) {
      task.step(from.epoch() * examples + from.position());
      // One that was stopped before its first update has been watched.
      if (state.step() == 0 && directory.rows(RunDirectory.SPECTRA, JsonNode.class).isEmpty()) {
        watch(0, 1, OptionalDouble.empty());
      }
      while (!experiment.isOver(state)) {
        batches.seek(state.epoch(), state.position());
        while (batches.hasNext()) {
          checkStop(state, stop);
          state = update(state, task);
        }
        checkStop(state, stop);
        state = validate(state, task, stop);
      }
    }
    return state;
  }

  /** Of training, before it was interrupted. */
  private double secondsBefore() {
    List<MetricsRow> rows = directory.rows(RunDirectory.METRICS, MetricsRow.class);
    return rows.isEmpty() ? 0 : ((MetricsRow.Epoch) rows.get(rows.size() - 1)).seconds();
  }

  private void checkStop(TrainingState state, BooleanSupplier stop) {
    if (stop.getAsBoolean()) {
      save(state);
      throw new TrainingStoppedException(
          "training %s: stopped after update %d (epoch %d) and saved; the same command, without --again, goes on from there"
              .formatted(label, state.step(), state.epoch() + 1));
    }
  }

  private TrainingState update(TrainingState state, Progress.Task task) {
    int update = state.step() + 1;
    int epoch = state.epoch() + 1;
    Optional<INDArray> before =
        isWatched(update) ? Optional.of(network.params().dup()) : Optional.empty();
    Updates.Seen seen = updates.next(batches);
    check(
        "loss",
        seen.loss(),
        update,
        epoch,
        () -> Divergence.ofLoss(network, List.of(seen.last()), true));
    check(
        "gradient's norm",
        seen.gradientNorm(),
        update,
        epoch,
        () -> Divergence.ofGradient(network));
    before.ifPresent(
        parameters ->
            watch(update, epoch, OptionalDouble.of(network.params().distance2(parameters))));
    task.step(seen.examples());
    TrainingState after =
        state.after(
            update,
            batches.position(),
            state.sums().with(seen.examples(), seen.loss(), seen.gradientNorm()));
    // The end of an epoch is saved when it is validated.
    if (batches.hasNext() && nanoTime.getAsLong() - saved >= saving.every().toNanos()) {
      save(after);
    }
    return after;
  }

  private boolean isWatched(int step) {
    return studies.steps().isPresent() && experiment.isWatched(step);
  }

  /** Before the checkpoint, as an epoch's row. */
  private void watch(int step, int epoch, OptionalDouble updateSize) {
    if (!isWatched(step)) {
      return;
    }
    checkParameters(step, epoch);
    long watched = nanoTime.getAsLong();
    directory.append(
        RunDirectory.SPECTRA, studies.steps().orElseThrow().of(network, step, updateSize));
    began += nanoTime.getAsLong() - watched; // it is no part of the training
  }

  private TrainingState validate(TrainingState state, Progress.Task task, BooleanSupplier stop) {
    int step = state.step();
    int epoch = state.epoch() + 1;
    Evaluation.Result result = validation.of(network);
    // the last update may have broken it
    check(
        "loss",
        result.loss(),
        step,
        epoch,
        () -> Divergence.ofLoss(network, validation.batches(), false));
    Sums sums = state.sums();
    // Before the checkpoint: one that is without its epoch's row would leave it out for good.
    directory.append(
        RunDirectory.METRICS,
        new MetricsRow.Epoch(
            epoch,
            step,
            experiment.learningRate().valueAt(step - 1, epoch - 1),
            sums.meanGradientNorm(),
            sums.meanLoss(),
            result.loss(),
            result.accuracy(),
            secondsBefore + (nanoTime.getAsLong() - began) / 1e9));
    TrainingState next = state.nextEpoch(result.accuracy());
    if (studies.epochs().isPresent() && experiment.isStudied(next)) {
      long studied = nanoTime.getAsLong();
      directory.append(
          RunDirectory.FORMATION,
          studies
              .epochs()
              .get()
              .of(network, epoch, step, within(task, () -> checkStop(state, stop))));
      began += nanoTime.getAsLong() - studied; // it is no part of the training
    }
    save(next);
    task.note(
        String.format(
            Locale.ROOT, "loss %.3f, validation %.1f %%", result.loss(), 100 * result.accuracy()));
    return next;
  }

  /**
   * Shows work within an epoch as a note beside the training.
   *
   * @param check is called at each step
   */
  private static Progress within(Progress.Task training, Runnable check) {
    return (name, total) ->
        new Progress.Task() {
          private long done;

          @Override
          public void step(long n) {
            check.run();
            done += n;
            training.note("%s: %d of %d".formatted(name, done, total));
            training.step(0);
          }

          @Override
          public void note(String text) {}

          @Override
          public void close() {}
        };
  }

  private void save(TrainingState state) {
    checkParameters(state.step(), state.epoch() + 1);
    checkpoints.write(network, state);
    saved = nanoTime.getAsLong();
  }

  /**
   * An update may break what its loss did not show yet: the checkpoint before it is the good one.
   */
  private void checkParameters(int step, int epoch) {
    check(
        "sum of parameters",
        network.params().sumNumber().doubleValue(),
        step,
        epoch,
        () -> Divergence.ofLoss(network, List.of(), false));
  }

  private void check(
      String what, double value, int step, int epoch, Supplier<Optional<String>> where) {
    if (!Double.isFinite(value)) {
      throw new IllegalStateException(
          "training %s: the %s is %s at update %d (epoch %d)%s; lower training.learningRate, or set training.clip"
              .formatted(
                  label,
                  what,
                  value,
                  step,
                  epoch,
                  where.get().map(", first in "::concat).orElse("")));
    }
  }
}
