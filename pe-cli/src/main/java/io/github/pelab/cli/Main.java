package io.github.pelab.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine;

/** Where the {@code pe} command starts. {@link ExitCode} says what it ends with. */
public final class Main {
  /** Kept back, so that when memory has run out there is some to say so. */
  private static final AtomicReference<byte[]> RESERVE = new AtomicReference<>(new byte[8 << 20]);

  private Main() {}

  /** Runs the command and ends the JVM. */
  public static void main(String[] args) {
    // Numbers are written and read in the same way everywhere.
    Locale.setDefault(Locale.ROOT);
    Thread.setDefaultUncaughtExceptionHandler(Main::threadEnded);
    Interruption interruption = new Interruption();
    interruption.listen();
    int exitCode = execute(commandLine(interruption), args);
    interruption.ended();
    System.exit(exitCode);
  }

  /**
   * Says so in one piece. The JVM's own words come in several, and when memory has run out only the
   * first of them may come, without an end of line, so that ours would begin in the middle of one.
   */
  static void threadEnded(Thread thread, Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    String line = "thread " + thread.getName() + " has ended: " + trace;
    System.err.writeBytes(line.getBytes(Charset.defaultCharset()));
  }

  /** The command with every subcommand. */
  static CommandLine commandLine(Interruption interruption) {
    return PeCommand.commandLine(
        interruption,
        new RunCommand(),
        new TrainCommand(),
        new AblateCommand(),
        new EvalCommand(),
        new SpectraCommand(),
        new FastRopeCommand(),
        new ClaimCommand(),
        new ClaimsCommand(),
        new ReportCommand(),
        new NightlyCommand(),
        new BaselineCommand(),
        new SchemesCommand(),
        new TasksCommand(),
        new ConfigCommand(),
        new DoctorCommand());
  }

  static int execute(CommandLine line, String[] args) {
    try {
      return line.execute(args);
    } catch (Error e) {
      // picocli hands on exceptions only; memory and native code fail with errors.
      RESERVE.set(null);
      return line.<PeCommand>getCommand().report(asked(line), e);
    }
  }

  /** The subcommand that was given, as far as it was understood. */
  private static CommandLine asked(CommandLine line) {
    CommandLine.ParseResult parsed = line.getParseResult();
    return parsed != null && parsed.hasSubcommand()
        ? parsed.subcommand().commandSpec().commandLine()
        : line;
  }
}
