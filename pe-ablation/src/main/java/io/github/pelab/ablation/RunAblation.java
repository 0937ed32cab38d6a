package io.github.pelab.ablation;

import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.RunDirectory;
import java.util.ArrayList;
import java.util.List;

/** Ablates a checkpoint of a run and writes the findings beside it. */
public final class RunAblation {
  private RunAblation() {}

  /**
   * Replaces what the run's {@code ablation.jsonl} says of this intervention in this checkpoint;
   * what it says of others stays.
   *
   * @param experiment the run's
   * @return what was written
   */
  public static List<AblationRow> ablate(
      RunDirectory directory,
      Experiment experiment,
      AblationConfig config,
      Kept checkpoint,
      Progress progress) {
    AblationStudy study = AblationStudy.of(experiment, config);
    List<AblationRow> rows =
        study.run(
            experiment.trainedNetwork(directory, checkpoint.key()),
            checkpoint.key(),
            experiment.task().chance(),
            experiment.ceiling(),
            progress);
    List<AblationRow> all =
        new ArrayList<>(directory.rows(RunDirectory.ABLATION, AblationRow.class));
    all.removeIf(row -> is(row, config, checkpoint));
    all.addAll(rows);
    directory.replace(RunDirectory.ABLATION, all);
    return rows;
  }

  /** Whether the run's {@code ablation.jsonl} holds findings of this intervention, likewise. */
  public static boolean done(RunDirectory directory, AblationConfig config, Kept checkpoint) {
    return directory.rows(RunDirectory.ABLATION, AblationRow.class).stream()
        .anyMatch(row -> is(row, config, checkpoint));
  }

  private static boolean is(AblationRow row, AblationConfig config, Kept checkpoint) {
    return row.intervention()
        .equals(new AblationRow.Intervention(config.interventionName(), checkpoint.key()));
  }
}
