package io.github.pelab.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint that is not what was written. The message names the file and what is wrong. */
public final class DamagedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String damage;

  DamagedException(Path file, IOException cause) {
    this(file, "damaged at " + cause.getMessage(), cause);
  }

  private DamagedException(Path file, String damage, IOException cause) {
    super("%s: %s; restore it from a copy, or do the run --again".formatted(file, damage), cause);
    this.damage = damage;
  }

  /** What is wrong with it. */
  String damage() {
    return damage;
  }
}
