package io.github.pelab.train.config;

import io.github.pelab.tasks.Describe;

/** How the spectra of logits are watched while a network is trained. */
public record SpectraConfig(
    @Describe(
            "Measure the spectra of every head's logits, and gradients at them, before training and"
                + " after each update whose number is a multiple of this; 0 for never; default 0")
        Integer every,
    @Describe("The first examples of the validation split on which they are measured; default 16")
        Integer examples) {

  /** All at their defaults. */
  public static final SpectraConfig DEFAULTS = new SpectraConfig(null, null);

  public SpectraConfig {
    every = Field.integer("every", every, 0, 0, Integer.MAX_VALUE);
    examples = Field.integer("examples", examples, 16, 1, 65_536);
  }
}
