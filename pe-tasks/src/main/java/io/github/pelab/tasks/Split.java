package io.github.pelab.tasks;

import java.util.Locale;

/** The three disjoint parts of a task's examples. */
public enum Split {
  /** What a model is fitted to. */
  TRAIN,
  /** What choices (early stop, top head) are made on. */
  VALIDATION,
  /** What is reported. */
  TEST;

  /** The name in JSON and YAML: {@code train}, {@code validation} or {@code test}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
