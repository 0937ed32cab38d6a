package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command in a JVM of its own, so that it can be killed, or be short of something. */
final class PeProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Process process;
  private final Path said;

  private PeProcess(Process process, Path said) {
    this.process = process;
    this.said = said;
  }

  /** What comes before {@code pe}'s arguments. */
  static final class Start {
    private final List<String> before = new ArrayList<>();
    private String classPath = System.getProperty("java.class.path");
    private final List<String> flags =
        new ArrayList<>(List.of("-Xmx1g", "--add-modules", "jdk.incubator.vector"));

    /** A program that is to start the JVM. */
    Start by(String... command) {
      before.addAll(List.of(command));
      return this;
    }

    /** Flags of the JVM; the last of several holds. */
    Start with(String... more) {
      flags.addAll(List.of(more));
      return this;
    }

    /** Classes that take the place of those of their names. */
    Start withClasses(Path directory) {
      classPath = directory + File.pathSeparator + classPath;
      return this;
    }

    PeProcess pe(Object... arguments) {
      return main(Main.class, arguments);
    }

    PeProcess main(Class<?> main, Object... arguments) {
      List<String> command = new ArrayList<>(before);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(flags);
      command.addAll(List.of("-cp", classPath, main.getName()));
      Arrays.stream(arguments).map(Object::toString).forEach(command::add);
      try {
        Path said = Files.createTempFile("pe", ".txt");
        said.toFile().deleteOnExit();
        ProcessBuilder builder =
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        return new PeProcess(builder.start(), said);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static PeProcess pe(Object... arguments) {
    return new Start().pe(arguments);
  }

  Process process() {
    return process;
  }

  /** Its exit code, when it has ended. */
  int end() throws InterruptedException {
    return end(PATIENCE);
  }

  int end(Duration patience) throws InterruptedException {
    assertThat(process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)).as(output()).isTrue();
    return process.exitValue();
  }

  /** As {@code kill -SIGNAL} does it. */
  void signal(String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** All that it printed, standard output and error together. */
  String output() {
    try {
      return Files.readString(said, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it and whatever it started, if that has not ended yet. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
