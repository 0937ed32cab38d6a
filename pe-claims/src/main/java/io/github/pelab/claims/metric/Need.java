package io.github.pelab.claims.metric;

import io.github.pelab.tasks.Split;
import io.github.pelab.train.config.AblationConfig;

/** What has to be measured of a trained run. */
public sealed interface Need {
  /** Every head ablated. */
  record Ablation(AblationConfig.Mode mode) implements Need {}

  /**
   * A checkpoint before a split.
   *
   * @param checkpoint {@code best} or {@code last}
   * @param length of all sequences, in tokens; null for the task's own
   */
  record Evaluation(String checkpoint, Split split, Integer length) implements Need {}

  /** Logits with positions and without. */
  record Contraction(String checkpoint) implements Need {}

  /** Spectra during training, which its config must ask for. */
  record Watching() implements Need {}
}
