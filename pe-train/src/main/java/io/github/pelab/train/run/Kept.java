package io.github.pelab.train.run;

import java.util.Locale;

/** The two checkpoints that a finished run keeps. */
public enum Kept {
  /** The first of those with the highest validation accuracy. */
  BEST,
  /** As training ended. */
  LAST;

  /** As files and users write it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
