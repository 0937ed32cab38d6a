package io.github.pelab.cli;

import io.github.pelab.layers.scheme.Option;
import io.github.pelab.layers.scheme.SchemeFactory;
import io.github.pelab.layers.scheme.Schemes;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pe schemes}: prints the positional encodings that a config can name. */
@Command(name = "schemes", description = "Lists the positional encodings and their options.")
final class SchemesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (SchemeFactory scheme : Schemes.all()) {
      out.printf("%-10s %s%n", scheme.name(), scheme.description());
      for (Option option : scheme.options()) {
        out.printf(
            "%-10s   %s=%s  %s%n", "", option.name(), option.defaultValue(), option.description());
      }
    }
    out.println();
    out.println("Join schemes with +, for instance alibi+rope; set options in parentheses,");
    out.println("for instance rope(base=500).");
    out.flush();
    return ExitCode.OK;
  }
}
