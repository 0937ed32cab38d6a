package io.github.pelab.train;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.tasks.Split;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.checkpoint.TrainingState;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.ProvenanceCollector;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.run.RunRecord.Provenance;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one member of a sweep into its run directory: a row of metrics an epoch, checkpoints, and
 * at the end the best one by validation accuracy (the earliest of equals) and the last one, both
 * measured on the test split. It ends early where {@code training.patience} says so.
 *
 * <p>Training that was interrupted, however, goes on from its newest checkpoint that is whole, and
 * ends as it would have without the interruption, to the bit, on a machine of equal {@link
 * Provenance#fingerprint}.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  /** Where the program's sources are; the launcher says. Else the working directory counts. */
  private static final String CHECKOUT = "pe.checkout";

  private static final String BEST = "best";
  private static final String LAST = "last";

  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Progress progress;
  private final Saving saving;
  private final BooleanSupplier stop;

  /**
   * A trainer.
   *
   * @param clock for the times that are recorded
   * @param nanoTime for durations: unlike a clock it never jumps
   * @param stop says, when it is asked between two updates, that training is to be saved and ended
   */
  public Trainer(
      Clock clock, LongSupplier nanoTime, Progress progress, Saving saving, BooleanSupplier stop) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.progress = progress;
    this.saving = saving;
    this.stop = stop;
  }

  /**
   * Trains, or goes on with what an earlier attempt left in the directory. The caller holds its
   * lock.
   *
   * @param again whether to begin anew, without what is left
   * @throws TrainingStoppedException if it was asked to stop
   * @throws IllegalStateException if the loss stops being a number; the run is then marked as
   *     failed and keeps its last checkpoints
   */
  public void train(
      Sweep.Member member, Experiment experiment, RunDirectory directory, boolean again) {
    train(member, experiment, experiment.network(), directory, again);
  }

  void train(
      Sweep.Member member,
      Experiment experiment,
      MultiLayerNetwork network,
      RunDirectory directory,
      boolean again) {
    Checkpoints checkpoints = new Checkpoints(directory, saving.keep());
    TrainingState start = TrainingState.start(member.hash());
    TrainingState state = again ? start : checkpoints.restore(network, member.hash()).orElse(start);
    RunRecord record = begin(member, experiment, network, directory, state);
    if (again) {
      // Not before the record says that the run goes on: a finished one has checkpoints.
      checkpoints.clear();
    }
    try {
      TrainingState end =
          new TrainingLoop(
                  member.label(), experiment, network, directory, checkpoints, saving, nanoTime)
              .run(state, progress, stop);
      evaluate(experiment, directory, end);
    } catch (RuntimeException | Error e) {
      boolean stopped = e instanceof TrainingStoppedException;
      try {
        directory.write(
            record.ended(
                stopped ? RunRecord.Status.INTERRUPTED : RunRecord.Status.FAILED, clock.instant()));
      } catch (RuntimeException alsoThat) {
        e.addSuppressed(alsoThat);
      }
      throw e;
    }
    directory.write(record.ended(RunRecord.Status.FINISHED, clock.instant()));
  }

  /** Brings run and metrics to where training begins or goes on. */
  private RunRecord begin(
      Sweep.Member member,
      Experiment experiment,
      MultiLayerNetwork network,
      RunDirectory directory,
      TrainingState state) {
    Provenance here =
        ProvenanceCollector.collect(
            Path.of(System.getProperty(CHECKOUT, "")).toAbsolutePath(),
            clock.instant(),
            member.config().training().seed(),
            AttentionAccess.of(network).get(0).kernel());
    if (state.step() == 0) {
      RunRecord record = record(member, experiment, network, here);
      directory.write(record);
      directory.replace(RunDirectory.METRICS, List.of());
      return record;
    }
    RunRecord before = directory.read();
    LOG.info(
        "{} goes on after update {} (epoch {})", member.label(), state.step(), state.epoch() + 1);
    if (!before.provenance().fingerprint().equals(here.fingerprint())) {
      LOG.warn(
          "{} began on another machine or software: its numbers may be other, in their last bits, than without the interruption",
          member.label());
    }
    RunRecord record =
        before.resumed(
            new RunRecord.Resumption(
                here.started(), state.step(), here.gitCommit(), here.fingerprint()));
    directory.write(record);
    // What was written after the checkpoint will be written again.
    directory.replace(
        RunDirectory.METRICS,
        directory.rows(RunDirectory.METRICS, MetricsRow.class).stream()
            .filter(row -> row instanceof MetricsRow.Epoch epoch && epoch.epoch() <= state.epoch())
            .toList());
    return record;
  }

  private static void evaluate(Experiment experiment, RunDirectory directory, TrainingState end) {
    Evaluation test = experiment.evaluation(Split.TEST);
    append(experiment, directory, test, BEST, end.best().step(), end.best().epoch());
    append(experiment, directory, test, LAST, end.step(), end.epoch());
  }

  private static void append(
      Experiment experiment,
      RunDirectory directory,
      Evaluation test,
      String checkpoint,
      int step,
      int epoch) {
    MultiLayerNetwork network = experiment.network();
    Checkpoints.read(directory, step, network);
    directory.append(
        RunDirectory.METRICS, test.of(network).row(test.split(), checkpoint, step, epoch));
  }

  private static RunRecord record(
      Sweep.Member member, Experiment experiment, MultiLayerNetwork network, Provenance here) {
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
        here,
        RunRecord.Status.RUNNING);
  }
}
