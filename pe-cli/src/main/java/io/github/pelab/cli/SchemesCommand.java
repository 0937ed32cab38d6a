package io.github.pelab.cli;

import io.github.pelab.layers.scheme.ExpressionFactory;
import io.github.pelab.layers.scheme.Option;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.AttentionForms;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pe schemes}: prints the positional encodings and attention forms a config can name. */
@Command(
    name = "schemes",
    description = "Lists the positional encodings and attention forms, and their options.")
final class SchemesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println("model.scheme");
    print(Schemes.all(), out);
    out.println("Join schemes with +, for instance alibi+rope; set options in parentheses,");
    out.println("for instance rope(base=500).");
    out.println();
    out.println("model.attention");
    print(AttentionForms.all(), out);
    out.flush();
    return ExitCode.OK;
  }

  private static void print(List<? extends ExpressionFactory<?>> factories, PrintWriter out) {
    for (ExpressionFactory<?> factory : factories) {
      out.printf("  %-13s %s%n", factory.name(), factory.description());
      for (Option option : factory.options()) {
        out.printf(
            "  %-13s   %s=%s  %s%n",
            "", option.name(), option.defaultValue(), option.description());
      }
    }
  }
}
