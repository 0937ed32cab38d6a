package io.github.pelab.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.tasks.Split;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.checkpoint.TrainingState;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.ProvenanceCollector;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.run.RunRecord.Provenance;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
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
   * @throws IllegalArgumentException if what is left is of another config, or incomplete
   * @throws IllegalStateException if the loss stops being a number; the run is then marked as
   *     failed and keeps its last checkpoints
   */
  public void train(
      Sweep.Member member, Experiment experiment, RunDirectory directory, boolean again) {
    train(member, experiment, directory, again, Studies.NONE);
  }

  /**
   * As {@link #train(Sweep.Member, Experiment, RunDirectory, boolean)}.
   *
   * @param studies look at the network when the config says
   */
  public void train(
      Sweep.Member member,
      Experiment experiment,
      RunDirectory directory,
      boolean again,
      Studies studies) {
    train(member, experiment, experiment.network(), directory, again, studies);
  }

  void train(
      Sweep.Member member,
      Experiment experiment,
      MultiLayerNetwork network,
      RunDirectory directory,
      boolean again,
      Studies studies) {
    Checkpoints checkpoints = new Checkpoints(directory, saving.keep());
    Optional<TrainingState> reached =
        again ? Optional.empty() : reached(member, experiment, network, directory, checkpoints);
    Provenance here =
        ProvenanceCollector.collect(
            Path.of(System.getProperty(CHECKOUT, "")).toAbsolutePath(),
            clock.instant(),
            member.config().training().seed(),
            AttentionAccess.of(network).get(0).kernel());
    RunRecord record =
        reached.isPresent()
            ? goOn(reached.get(), member, experiment, directory, here, studies)
            : begin(record(member, experiment, network, here), directory, checkpoints);
    TrainingState state = reached.orElseGet(() -> TrainingState.start(member.hash()));
    try {
      TrainingState end =
          new TrainingLoop(
                  member.label(),
                  experiment,
                  network,
                  directory,
                  checkpoints,
                  saving,
                  nanoTime,
                  studies)
              .run(state, progress, stop);
      evaluate(experiment, directory, end);
    } catch (RuntimeException | Error e) {
      boolean stopped = e instanceof TrainingStoppedException;
      try {
        directory.write(
            record.ended(
                stopped ? RunRecord.Status.INTERRUPTED : RunRecord.Status.FAILED, clock.instant()));
      } catch (RuntimeException | OutOfMemoryError alsoThat) {
        e.addSuppressed(alsoThat);
      }
      throw e;
    }
    directory.write(record.ended(RunRecord.Status.FINISHED, clock.instant()));
  }

  /** Where training can go on, and the network is then; empty if it has to begin. */
  private static Optional<TrainingState> reached(
      Sweep.Member member,
      Experiment experiment,
      MultiLayerNetwork network,
      RunDirectory directory,
      Checkpoints checkpoints) {
    if (!directory.begun()) {
      checkpoints.requireNone();
      return Optional.empty();
    }
    if (directory.read(member.hash()).status() == RunRecord.Status.BEGINNING) {
      return Optional.empty();
    }
    Optional<TrainingState> reached =
        checkpoints.restore(network, member.hash(), experiment::comesTo);
    if (reached.isEmpty()) {
      LOG.info("{} begins anew: it has no checkpoint to go on from", member.label());
    }
    return reached;
  }

  /** Leaves nothing of an earlier attempt, and no doubt, whenever it is broken off, of what is. */
  private static RunRecord begin(
      RunRecord record, RunDirectory directory, Checkpoints checkpoints) {
    directory.write(record);
    checkpoints.clear();
    for (String rows :
        List.of(
            RunDirectory.METRICS,
            RunDirectory.ABLATION,
            RunDirectory.HEADS,
            RunDirectory.FORMATION,
            RunDirectory.SPECTRA,
            RunDirectory.CONTRACTION,
            RunDirectory.EVALUATIONS)) {
      directory.replace(rows, List.of());
    }
    RunRecord begun = record.begun();
    directory.write(begun);
    return begun;
  }

  private static RunRecord goOn(
      TrainingState state,
      Sweep.Member member,
      Experiment experiment,
      RunDirectory directory,
      Provenance here,
      Studies studies) {
    // What was written after the checkpoint will be written again.
    List<MetricsRow> rows =
        directory.rows(RunDirectory.METRICS, MetricsRow.class).stream()
            .filter(row -> row instanceof MetricsRow.Epoch epoch && epoch.epoch() <= state.epoch())
            .toList();
    requireRows(directory, RunDirectory.METRICS, "epochs", rows.size(), state.epoch(), state);
    List<JsonNode> formation = rows(directory, RunDirectory.FORMATION, "epoch", state.epoch());
    if (studies.epochs().isPresent()) {
      int studied = experiment.studied(state);
      requireRows(directory, RunDirectory.FORMATION, "epochs", formation.size(), studied, state);
    }
    List<JsonNode> spectra = rows(directory, RunDirectory.SPECTRA, "step", state.step());
    if (studies.steps().isPresent()) {
      int watched = experiment.watched(state);
      requireRows(directory, RunDirectory.SPECTRA, "steps", spectra.size(), watched, state);
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
    directory.replace(RunDirectory.METRICS, rows);
    directory.replace(RunDirectory.FORMATION, formation);
    directory.replace(RunDirectory.SPECTRA, spectra);
    return record;
  }

  /** Those that say of {@code when} that it is {@code last} or before. */
  private static List<JsonNode> rows(RunDirectory directory, String file, String when, int last) {
    return directory.rows(file, JsonNode.class).stream()
        .filter(row -> row.path(when).asInt() <= last)
        .toList();
  }

  private static void requireRows(
      RunDirectory directory,
      String file,
      String of,
      int found,
      int expected,
      TrainingState state) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "%s: found rows of %d %s, but the checkpoint of step %d is of epoch %d, which needs %d; restore the file, or do the run --again"
              .formatted(
                  directory.path().resolve(file),
                  found,
                  of,
                  state.step(),
                  state.epoch(),
                  expected));
    }
  }

  private static void evaluate(Experiment experiment, RunDirectory directory, TrainingState end) {
    Evaluation test = experiment.evaluation(Split.TEST);
    append(experiment, directory, test, Kept.BEST, end.best().step(), end.best().epoch());
    append(experiment, directory, test, Kept.LAST, end.step(), end.epoch());
  }

  private static void append(
      Experiment experiment,
      RunDirectory directory,
      Evaluation test,
      Kept checkpoint,
      int step,
      int epoch) {
    MultiLayerNetwork network = experiment.network();
    Checkpoints.read(directory, step, directory.read().configHash(), network);
    directory.append(
        RunDirectory.METRICS, test.of(network).row(test.split(), checkpoint.key(), step, epoch));
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
        RunRecord.Status.BEGINNING);
  }
}
