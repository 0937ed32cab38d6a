package io.github.pelab.cli;

import io.github.pelab.train.Saving;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How often training is saved, and how much of that is kept. */
final class SavingOptions {
  private static final double MOST_MINUTES = 1e6;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many of a run's newest checkpoints are kept, beside the best. Default: 2.")
  private int keep;

  @Option(
      names = "--save-every",
      paramLabel = "MINUTES",
      defaultValue = "5",
      description =
          "How long training goes on until it is saved within an epoch; at an epoch's end it always"
              + " is. Default: 5.")
  private double minutes;

  Saving saving() {
    if (keep < 1) {
      throw new ParameterException(
          spec.commandLine(), "--keep: found " + keep + "; choose 1 or more");
    }
    if (!(minutes >= 0 && minutes <= MOST_MINUTES)) {
      throw new ParameterException(
          spec.commandLine(), "--save-every: found " + minutes + "; choose 0 or more minutes");
    }
    return new Saving(keep, Duration.ofMillis(Math.round(minutes * 60_000)));
  }

  /** For a command that is to do as this one. */
  List<String> arguments() {
    return List.of("--keep", String.valueOf(keep), "--save-every", String.valueOf(minutes));
  }
}
