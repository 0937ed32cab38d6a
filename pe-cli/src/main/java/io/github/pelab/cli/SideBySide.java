package io.github.pelab.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs {@code pe} commands side by side, each in a JVM of its own: native memory, ND4J's random
 * numbers and its threads are one to a process. Each has this JVM's flags and an equal share of its
 * heap and of the machine's cores. None outlives this JVM, unless that is killed outright.
 */
final class SideBySide implements AutoCloseable {
  private static final String THREADS = "OMP_NUM_THREADS";
  private static final String WARNING = "WARNING: Using incubator modules";
  private static final String FAILURE = "pe: ";

  /** Each saves its training first, and waits for that itself. */
  private static final int PATIENCE_SECONDS = Interruption.PATIENCE_SECONDS + 10;

  private final int share;
  private final List<Process> running = new ArrayList<>();
  private final Thread atExit = new Thread(this::stop);
  private boolean exiting;

  /**
   * For at most {@code share} commands at a time.
   *
   * @param share 1 or more
   */
  SideBySide(int share) {
    this.share = share;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Runs one command to its end. For any thread.
   *
   * @param said is given each line of its standard error, but for that which says why it failed
   * @return why it failed; empty if it did not
   */
  Optional<String> run(List<String> arguments, Consumer<String> said)
      throws IOException, InterruptedException {
    Process process = start(arguments);
    String failure = "";
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(FAILURE)) {
          failure = line.substring(FAILURE.length());
        } else if (!line.startsWith(WARNING)) {
          said.accept(line);
        }
      }
    } catch (IOException e) {
      letExit();
      throw e;
    }
    int exitCode = process.waitFor();
    ended(process);
    if (exitCode == ExitCode.OK) {
      return Optional.empty();
    }
    return Optional.of(failure.isEmpty() ? "its process ended with " + exitCode : failure);
  }

  private synchronized Process start(List<String> arguments)
      throws IOException, InterruptedException {
    letExit();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    // The last of several holds; native memory is limited to as much.
    command.add("-Xmx" + Runtime.getRuntime().maxMemory() / share);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.putIfAbsent(THREADS, String.valueOf(threads()));
    Process process = builder.start();
    running.add(process);
    return process;
  }

  private int threads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / share);
  }

  private synchronized void ended(Process process) throws InterruptedException {
    letExit();
    running.remove(process);
  }

  /** On the way out nothing starts any more, and what was ended has not failed. */
  private synchronized void letExit() throws InterruptedException {
    while (exiting) {
      wait();
    }
  }

  private synchronized void stop() {
    exiting = true;
    // By its handle: a process's own method also closes its streams, under whoever reads them.
    running.forEach(process -> process.toHandle().destroy());
    for (Process process : running) {
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.toHandle().destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.toHandle().destroyForcibly();
      }
    }
  }

  /** When every command has ended. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook at work.
    }
  }
}
