package io.github.pelab.train.config;

import io.github.pelab.tasks.Describe;

/** What takes the place of an ablated head's output. */
public record AblationConfig(
    @Describe(
            "mean (of the head over the validation split's tokens), zero, or resample (what it"
                + " gave at tokens of that split, drawn at random); default mean")
        Mode mode) {

  public AblationConfig {
    mode = Field.or(mode, Mode.MEAN);
  }

  /** The replacement for a head's output. */
  public enum Mode {
    MEAN,
    ZERO,
    RESAMPLE
  }
}
