package io.github.pelab.ablation.portrait;

import io.github.pelab.tasks.Split;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ExperimentConfig;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.RunDirectory;
import java.util.List;

/** Portrays the heads of a run's best checkpoint and writes them beside it. */
public final class RunPortraits {
  private static final String CHECKPOINT = Kept.BEST.key();

  /** Logits that are held at once for each layer: watched, a pass has all of them in memory. */
  private static final long LOGITS_AT_ONCE = 1 << 24;

  private RunPortraits() {}

  /**
   * Writes the run's {@code heads.jsonl} anew, on so many examples of the test split as its config
   * says; does nothing where that says 0.
   *
   * @param experiment the run's
   */
  public static void draw(RunDirectory directory, Experiment experiment, Progress progress) {
    if (examples(experiment) == 0) {
      return;
    }
    ExperimentConfig config = experiment.config();
    long length = experiment.task().maxLength();
    long batch = Math.max(1, LOGITS_AT_ONCE / (config.model().heads() * length * length));
    Evaluation evaluation =
        new Evaluation(
            experiment.task(),
            Split.TEST,
            examples(experiment),
            (int) Math.min(batch, examples(experiment)));
    directory.replace(
        RunDirectory.HEADS,
        new Portraits(experiment.task(), evaluation, config.model().causal())
            .of(experiment.trainedNetwork(directory, CHECKPOINT), CHECKPOINT, progress));
  }

  /** Whether nothing of this is left to do. */
  public static boolean done(RunDirectory directory, Experiment experiment) {
    return examples(experiment) == 0 || !rows(directory).isEmpty();
  }

  /** What the run's {@code heads.jsonl} holds. */
  public static List<HeadPortrait> rows(RunDirectory directory) {
    return directory.rows(RunDirectory.HEADS, HeadPortrait.class);
  }

  private static int examples(Experiment experiment) {
    ExperimentConfig config = experiment.config();
    return Math.min(config.ablation().portrait(), config.data().test());
  }
}
