package io.github.pelab.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint that is not what was written. The message names the file and what is wrong. */
public final class DamagedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String damage;

  DamagedException(Path file, IOException cause) {
    super(
        "%s: damaged at %s; restore it from a copy, or do the run --again"
            .formatted(file, cause.getMessage()),
        cause);
    damage = "damaged at " + cause.getMessage();
  }

  /** What is wrong with it. */
  String damage() {
    return damage;
  }
}
