package io.github.pelab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ConfigExample;
import io.github.pelab.train.config.ConfigSchema;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pe config}: says what a config file may hold, as the program itself knows it. */
@Command(name = "config", description = "Says what a config file may hold.")
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing: example or schema");
  }

  @Command(
      name = "schema",
      description = "Prints the JSON Schema of a config, for completion in an editor.")
  void schema() {
    ObjectNode schema = ConfigSchema.of(Experiment.taskOptions());
    print(schema.toPrettyString() + "\n");
  }

  @Command(
      name = "example",
      description = "Prints a config with every field, its default and what it means.")
  void example(
      @Option(
              names = "--task",
              paramLabel = "TASK",
              defaultValue = "distance",
              description = "Which task's options to show. Default: distance.")
          String task) {
    print(ConfigExample.of(Experiment.taskOptions(), task));
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
