package io.github.pelab.ablation;

import io.github.pelab.tasks.Split;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import java.util.ArrayList;
import java.util.List;

/** Ablates the best checkpoint of a run and writes the findings beside it. */
public final class RunAblation {
  private static final String CHECKPOINT = "best";

  private RunAblation() {}

  /**
   * Replaces what the run's {@code ablation.jsonl} says of this mode; other modes' findings stay.
   *
   * @param experiment the run's
   * @return what was written
   */
  public static List<AblationRow> ablate(
      RunDirectory directory, Experiment experiment, Mode mode, Progress progress) {
    AblationStudy study =
        new AblationStudy(
            experiment.evaluation(Split.VALIDATION),
            experiment.evaluation(Split.TEST),
            DepositRule.defaults());
    List<AblationRow> rows =
        study.run(
            experiment.trainedNetwork(directory, CHECKPOINT),
            mode,
            CHECKPOINT,
            experiment.task().chance(),
            experiment.ceiling(),
            progress);
    List<AblationRow> all =
        new ArrayList<>(directory.rows(RunDirectory.ABLATION, AblationRow.class));
    all.removeIf(row -> is(row, mode));
    all.addAll(rows);
    directory.replace(RunDirectory.ABLATION, all);
    return rows;
  }

  /** Whether the run's {@code ablation.jsonl} holds findings of this mode. */
  public static boolean done(RunDirectory directory, Mode mode) {
    return directory.rows(RunDirectory.ABLATION, AblationRow.class).stream()
        .anyMatch(row -> is(row, mode));
  }

  private static boolean is(AblationRow row, Mode mode) {
    return row.intervention().mode().equals(AblationStudy.name(mode));
  }
}
