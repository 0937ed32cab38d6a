package io.github.pelab.train.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks another program something that it is no fault not to know. */
final class Command {
  private static final Logger LOG = LoggerFactory.getLogger(Command.class);

  private Command() {}

  /** What {@code command} prints, trimmed; empty when it is absent, fails or takes too long. */
  static Optional<String> ask(Path directory, Duration patience, List<String> command) {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      LOG.debug("{} cannot be run", command, e);
      return Optional.empty();
    }
    try {
      process.getOutputStream().close();
      // Read while it runs: a full pipe would stop it.
      String output =
          CompletableFuture.supplyAsync(() -> output(process))
              .get(patience.toMillis(), TimeUnit.MILLISECONDS);
      boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      return ended && process.exitValue() == 0 ? Optional.of(output.strip()) : Optional.empty();
    } catch (IOException | ExecutionException | TimeoutException e) {
      LOG.debug("{} gave no answer", command, e);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String output(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
