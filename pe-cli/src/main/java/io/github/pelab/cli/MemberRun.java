package io.github.pelab.cli;

import io.github.pelab.ablation.RunAblation;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.Trainer;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member of a sweep with all that it needs, checked before the first one starts. */
record MemberRun(Sweep.Member member, Experiment experiment, RunDirectory directory) {
  private static final Logger LOG = LoggerFactory.getLogger(MemberRun.class);

  String label() {
    return member.label();
  }

  private Mode mode() {
    return experiment.config().ablation().mode();
  }

  /** Whether it is trained and ablated. */
  boolean done() {
    return directory.finished() && RunAblation.done(directory, mode());
  }

  /**
   * Trains and ablates it, or what of this is left to do.
   *
   * @param again do also what is done
   */
  void run(boolean again, Progress progress) {
    try (RunDirectory.Lock lock = directory.lock()) {
      if (!again && directory.finished()) {
        LOG.info("{} is trained already, in {}", label(), directory.path());
      } else {
        // Findings on a checkpoint that is about to go would be findings on nothing.
        directory.replace(RunDirectory.ABLATION, List.of());
        directory.replace(RunDirectory.EVALUATIONS, List.of());
        new Trainer(Clock.systemUTC(), progress).train(member, experiment, directory);
      }
      if (!RunAblation.done(directory, mode())) {
        RunAblation.ablate(directory, experiment, mode(), progress);
      }
    }
  }
}
