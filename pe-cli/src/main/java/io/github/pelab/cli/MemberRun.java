package io.github.pelab.cli;

import io.github.pelab.ablation.RunAblation;
import io.github.pelab.ablation.formation.HeadFormation;
import io.github.pelab.ablation.portrait.RunPortraits;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Saving;
import io.github.pelab.train.Studies;
import io.github.pelab.train.Trainer;
import io.github.pelab.train.TrainingStoppedException;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunException;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.spectra.SpectraWatch;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a sweep with all that it needs, checked before the first one starts.
 *
 * @param ablates whether its heads are ablated when it is trained
 */
record MemberRun(
    Sweep.Member member, Experiment experiment, RunDirectory directory, boolean ablates) {
  private static final Logger LOG = LoggerFactory.getLogger(MemberRun.class);

  /** The state of one of which nothing is left to do. */
  static final String FINISHED = "finished";

  String label() {
    return member.label();
  }

  private AblationConfig ablation() {
    return experiment.config().ablation();
  }

  /** Whether nothing of it is left to do. */
  boolean done() {
    return trained()
        && (!ablates
            || (RunAblation.done(directory, ablation(), Kept.BEST)
                && RunPortraits.done(directory, experiment)));
  }

  private boolean trained() {
    return directory.begun() && directory.read(member.hash()).status() == RunRecord.Status.FINISHED;
  }

  private Studies studies() {
    return new Studies(
        Optional.of(new HeadFormation(experiment)),
        experiment.config().spectra().every() == 0
            ? Optional.empty()
            : Optional.of(new SpectraWatch(experiment)));
  }

  /** In a word, how far it is. */
  String state() {
    try {
      return done() ? FINISHED : directory.begun() ? "begun" : "to do";
    } catch (RunException | IllegalArgumentException e) {
      return "damaged";
    }
  }

  /**
   * Trains and ablates it, or what of this is left to do.
   *
   * @param again begin anew, whatever is done
   */
  void run(boolean again, Progress progress, Saving saving, Interruption interruption) {
    try (RunDirectory.Lock lock = directory.lock()) {
      if (!again && trained()) {
        LOG.info("{} is trained already, in {}", label(), directory.path());
      } else {
        try (Interruption.Hold hold = interruption.hold()) {
          new Trainer(
                  Clock.systemUTC(), System::nanoTime, progress, saving, interruption::requested)
              .train(member, experiment, directory, again, studies());
        }
      }
      if (interruption.requested()) {
        throw new TrainingStoppedException(
            label() + ": stopped when it was trained; the same command, without --again, goes on");
      }
      if (ablates && !RunAblation.done(directory, ablation(), Kept.BEST)) {
        RunAblation.ablate(directory, experiment, ablation(), Kept.BEST, progress);
      }
      if (ablates && !RunPortraits.done(directory, experiment)) {
        RunPortraits.draw(directory, experiment, progress);
      }
    }
  }
}
