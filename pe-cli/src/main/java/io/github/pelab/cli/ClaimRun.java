package io.github.pelab.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.pelab.ablation.RunAblation;
import io.github.pelab.claims.Plan;
import io.github.pelab.claims.metric.Ablation;
import io.github.pelab.claims.metric.Need;
import io.github.pelab.claims.metric.RunRows;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.RunEvaluation;
import io.github.pelab.train.Saving;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import io.github.pelab.train.spectra.ContractionRow;
import io.github.pelab.train.spectra.RunContraction;
import java.time.Clock;

/** A run that a claim needs, and what is measured of it. */
record ClaimRun(Plan.Step step, Experiment experiment, RunDirectory directory) {
  /** Of the test split, on which logits are compared with positions and without. */
  private static final int EXAMPLES = 64;

  /**
   * Trains and measures it, or what of this is left to do.
   *
   * @param again measures what was measured, too
   */
  RunRows run(boolean again, Progress progress, Interruption interruption) {
    new MemberRun(step.member(), experiment, directory, /* ablates= */ false)
        .run(/* again= */ false, progress, Saving.DEFAULT, interruption);
    try (RunDirectory.Lock lock = directory.lock()) {
      for (Need need : step.needs()) {
        if (need instanceof Ablation ablation) {
          ablate(ablation, again, progress);
        } else if (need instanceof Need.Evaluation evaluation) {
          evaluate(evaluation, again);
        } else if (need instanceof Need.Contraction contraction) {
          compare(contraction, again, progress);
        }
      }
    }
    return RunRows.of(directory);
  }

  private void ablate(Ablation need, boolean again, Progress progress) {
    AblationConfig config = need.in(experiment.config().ablation());
    if (again || !RunAblation.done(directory, config, need.checkpoint())) {
      RunAblation.ablate(directory, experiment, config, need.checkpoint(), progress);
    }
  }

  private void evaluate(Need.Evaluation need, boolean again) {
    RunRecord run = directory.read();
    boolean done =
        directory.rows(RunDirectory.EVALUATIONS, EvaluationRow.class).stream()
            .anyMatch(row -> need.isMetBy(row, run));
    if (again || !done) {
      new RunEvaluation(
              directory,
              need.checkpoint().key(),
              need.split(),
              new RunEvaluation.Change(
                  JsonNodeFactory.instance.objectNode(),
                  need.length(),
                  /* examples= */ null,
                  /* attention= */ null))
          .run(Clock.systemUTC());
    }
  }

  private void compare(Need.Contraction need, boolean again, Progress progress) {
    int examples = Math.min(EXAMPLES, experiment.config().data().test());
    boolean done =
        directory.rows(RunDirectory.CONTRACTION, ContractionRow.class).stream()
            .filter(ContractionRow.Network.class::isInstance)
            .map(ContractionRow.Network.class::cast)
            .filter(row -> row.subject().checkpoint().equals(need.checkpoint().key()))
            .anyMatch(row -> row.spectralNorm().pairs() == examples);
    if (again || !done) {
      new RunContraction(experiment, examples).write(directory, need.checkpoint().key(), progress);
    }
  }
}
