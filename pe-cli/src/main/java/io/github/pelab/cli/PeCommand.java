package io.github.pelab.cli;

import io.github.pelab.train.config.AblationConfig.Mode;
import io.github.pelab.train.config.AblationConfig.Part;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code pe}: says what subcommands there are, and holds what all of them share. */
@Command(
    name = "pe",
    description = "Trains, compares and ablates positional encodings.",
    mixinStandardHelpOptions = true,
    versionProvider = PeVersion.class,
    scope = ScopeType.INHERIT,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:a fault of this program",
      "2:the command line cannot be understood",
      "3:a config, a run's file or another input is missing or wrong",
      "4:the input is right, but the work could not be done",
      "130:interrupted, by Ctrl-C; training was saved first"
    })
final class PeCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "With an error, print where it came from.")
  private boolean debug;

  private final Interruption interruption;

  private PeCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  boolean debug() {
    return debug;
  }

  Interruption interruption() {
    return interruption;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a command is missing: one of "
            + String.join(", ", new TreeSet<>(spec.subcommands().keySet())));
  }

  /** The command with its subcommands, and one line on standard error for whatever fails. */
  static CommandLine commandLine(Interruption interruption, Object... subcommands) {
    PeCommand pe = new PeCommand(interruption);
    CommandLine line = new CommandLine(pe);
    for (Object subcommand : subcommands) {
      line.addSubcommand(subcommand);
    }
    line.setCaseInsensitiveEnumValuesAllowed(true);
    // A word that begins with @ is a word, not a file of more words.
    line.setExpandAtFiles(false);
    line.registerConverter(Path.class, PeCommand::path);
    line.registerConverter(Mode.class, text -> named(text, Mode.values(), Mode::key));
    line.registerConverter(Part.class, text -> named(text, Part.values(), Part::key));
    line.setParameterExceptionHandler(
        (failure, args) -> {
          String command = failure.getCommandLine().getCommandSpec().qualifiedName();
          line.getErr()
              .println(
                  "pe: " + Failure.oneLine(failure.getMessage() + " (see " + command + " --help)"));
          return failure.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
        });
    line.setExecutionExceptionHandler((failure, command, parsed) -> pe.report(command, failure));
    return line;
  }

  /**
   * The path that a word is.
   *
   * @throws TypeConversionException if it is none
   */
  static Path path(String text) {
    try {
      if (!text.isEmpty()) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      // said below
    }
    throw new TypeConversionException("'" + text + "' is no path; name a file or a directory");
  }

  /** The value of this name, as configs have it. */
  private static <E> E named(String text, E[] values, Function<E, String> name) {
    return Arrays.stream(values)
        .filter(value -> name.apply(value).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of %s but was '%s'"
                        .formatted(Arrays.stream(values).map(name).toList(), text)));
  }

  /** Prints a failure of a command, and returns its exit code. */
  int report(CommandLine command, Throwable thrown) {
    CommandLine line = spec.commandLine();
    Failure failure = Failure.of(thrown);
    line.getErr().println("pe: " + failure.line());
    if (debug) {
      thrown.printStackTrace(line.getErr());
    }
    return failure.exitCode() == ExitCode.INTERNAL
        ? command.getCommandSpec().exitCodeOnExecutionException()
        : failure.exitCode();
  }
}
