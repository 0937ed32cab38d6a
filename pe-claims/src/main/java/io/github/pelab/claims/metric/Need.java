package io.github.pelab.claims.metric;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.tasks.Split;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.Kept;
import io.github.pelab.train.run.RunRecord;
import java.util.Objects;

/** What has to be measured of a trained run. */
public sealed interface Need permits Ablation, Need.Evaluation, Need.Contraction, Need.Watching {
  /**
   * A checkpoint before a split.
   *
   * @param length of all sequences, in tokens; null for the task's own
   */
  record Evaluation(Kept checkpoint, Split split, Integer length) implements Need {
    /**
     * Whether it is this: on the whole split, of the run's own task but for the length, by its own
     * attention.
     */
    public boolean isMetBy(EvaluationRow row, RunRecord run) {
      ObjectNode task = run.config().withObject("/task").deepCopy();
      if (length != null) {
        task.put("minLength", length).put("maxLength", length);
      }
      return Objects.equals(row.length(), length)
          && row.task().equals(task)
          && row.attention().equals(run.config().at("/model/attention").asText())
          && row.result().split().equals(split.key())
          && row.result().checkpoint().equals(checkpoint.key())
          && row.result().total() == run.config().at("/data/" + split.key()).asLong();
    }
  }

  /** Logits with positions and without. */
  record Contraction(Kept checkpoint) implements Need {}

  /** Spectra during training, which its config must ask for. */
  record Watching() implements Need {}
}
