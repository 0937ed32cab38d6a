package io.github.pelab.cli;

/** What the {@code pe} command ends with. */
public final class ExitCode {

  /** All went well. */
  public static final int OK = 0;

  /** A fault of this program. */
  public static final int INTERNAL = 1;

  /** The command line cannot be understood. */
  public static final int USAGE = 2;

  /** A config, a run's file or another input is missing or wrong. */
  public static final int INPUT = 3;

  /** The input is right, but the work could not be done: disk, memory, machine, a diverged loss. */
  public static final int RUN = 4;

  /** Interrupted, by Ctrl-C: 128 and the signal's number, as shells have it. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
