package io.github.pelab.cli;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pe run}: trains every member of a config, ablates its heads, reports. */
@Command(
    name = "run",
    description =
        "Trains every member of a config, ablates every head, and reports. A member that is already"
            + " finished is not done again, and one that was interrupted goes on from where it was.")
final class RunCommand extends SweepCommand {
  @Parameters(
      paramLabel = "CONFIG",
      description = "A YAML file, for instance configs/quickstart.yaml.")
  private Path file;

  RunCommand() {
    super(/* ablates= */ true);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return sweep(file);
  }
}
