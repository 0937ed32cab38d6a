package io.github.pelab.cli;

import io.github.pelab.ablation.RunAblation;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Saving;
import io.github.pelab.train.Trainer;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import java.time.Clock;
import java.util.List;
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

  String label() {
    return member.label();
  }

  private Mode mode() {
    return experiment.config().ablation().mode();
  }

  /** Whether nothing of it is left to do. */
  boolean done() {
    return directory.finished() && (!ablates || RunAblation.done(directory, mode()));
  }

  /** In a word, how far it is. */
  String state() {
    return done() ? "finished" : directory.begun() ? "begun" : "to do";
  }

  /**
   * Trains and ablates it, or what of this is left to do.
   *
   * @param again begin anew, whatever is done
   */
  void run(boolean again, Progress progress, Saving saving, Interruption interruption) {
    try (RunDirectory.Lock lock = directory.lock()) {
      if (!again && directory.finished()) {
        LOG.info("{} is trained already, in {}", label(), directory.path());
      } else {
        train(again, progress, saving, interruption);
      }
      if (ablates && !RunAblation.done(directory, mode())) {
        RunAblation.ablate(directory, experiment, mode(), progress);
      }
    }
  }

  private void train(boolean again, Progress progress, Saving saving, Interruption interruption) {
    try (Interruption.Hold hold = interruption.hold()) {
      // Findings on a checkpoint that is about to go would be findings on nothing.
      directory.replace(RunDirectory.ABLATION, List.of());
      directory.replace(RunDirectory.EVALUATIONS, List.of());
      new Trainer(Clock.systemUTC(), System::nanoTime, progress, saving, interruption::requested)
          .train(member, experiment, directory, again);
    }
  }
}
