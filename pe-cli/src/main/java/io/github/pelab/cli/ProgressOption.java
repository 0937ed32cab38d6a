package io.github.pelab.cli;

import io.github.pelab.train.progress.Progress;
import picocli.CommandLine.Option;

/** How a command that takes long shows how far it is. */
final class ProgressOption {
  @Option(
      names = "--progress",
      paramLabel = "MODE",
      defaultValue = "auto",
      description =
          "auto, bar, lines or none; auto is a bar on a terminal, log lines elsewhere. Default: auto.")
  private Progress.Mode mode;

  /** The mode, with {@code auto} decided. */
  Progress.Mode mode() {
    return mode.here();
  }

  Progress progress() {
    return Progress.of(mode, System.err);
  }
}
