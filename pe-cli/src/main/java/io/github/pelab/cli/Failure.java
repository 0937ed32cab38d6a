package io.github.pelab.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.pelab.train.TrainingStoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How an exception ends a command.
 *
 * <table>
 * <caption>Which exception means what</caption>
 * <tr><th>exception</th><th>exit code</th></tr>
 * <tr><td>{@link IllegalArgumentException}, {@link JsonProcessingException}, a file that is
 *     missing or a directory that is none</td><td>{@link ExitCode#INPUT}</td></tr>
 * <tr><td>{@link IllegalStateException}, any other {@link IOException}, {@link
 *     InterruptedException}, {@link OutOfMemoryError} and what it caused</td><td>{@link ExitCode#RUN}</td></tr>
 * <tr><td>{@link TrainingStoppedException}</td><td>{@link ExitCode#INTERRUPTED}</td></tr>
 * <tr><td>anything else</td><td>{@link ExitCode#INTERNAL}</td></tr>
 * </table>
 *
 * <p>An {@link UncheckedIOException} counts as its cause.
 *
 * @param line for the user, without a line break
 */
public record Failure(int exitCode, String line) {
  private static final int LONGEST = 1000;
  private static final Pattern OUT_OF_MEMORY = Pattern.compile("OutOfMemoryError|std::bad_alloc");

  /** Judges an exception. */
  public static Failure of(Throwable thrown) {
    Throwable failure = thrown instanceof UncheckedIOException io ? io.getCause() : thrown;
    // What a pool's thread throws comes as the cause of its like, whose message is its name.
    while (failure.getCause() != null
        && failure.getClass() == failure.getCause().getClass()
        && failure.getCause().toString().equals(failure.getMessage())) {
      failure = failure.getCause();
    }
    return new Failure(exitCode(failure), oneLine(text(failure)));
  }

  private static int exitCode(Throwable failure) {
    if (outOfMemory(failure).isPresent()) {
      return ExitCode.RUN;
    }
    if (failure instanceof IllegalArgumentException
        || failure instanceof JsonProcessingException
        || failure instanceof NoSuchFileException
        || failure instanceof NotDirectoryException) {
      return ExitCode.INPUT;
    }
    if (failure instanceof IllegalStateException
        || failure instanceof IOException
        || failure instanceof InterruptedException) {
      return ExitCode.RUN;
    }
    if (failure instanceof TrainingStoppedException) {
      return ExitCode.INTERRUPTED;
    }
    return ExitCode.INTERNAL;
  }

  /** What says so: of the heap, also where a class of the JDK met it first, or as ND4J says it. */
  private static Optional<Throwable> outOfMemory(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .filter(cause -> OUT_OF_MEMORY.matcher(cause.toString()).find())
        .findFirst();
  }

  private static String text(Throwable failure) {
    if (failure instanceof FileSystemException file) {
      // Their messages are the path alone.
      return reason(file) + ": " + file.getFile();
    }
    Optional<Throwable> outOfMemory = outOfMemory(failure);
    if (outOfMemory.isPresent()) {
      return "out of memory ("
          + outOfMemory.get().getMessage()
          + "): give more, for instance PE_JVM_OPTS=-Xmx8g, and runs go on; or lower --jobs,"
          + " or training.microBatch, which makes another run of the same updates";
    }
    if (failure instanceof InterruptedException) {
      return "interrupted";
    }
    if (exitCode(failure) == ExitCode.INTERNAL) {
      return "internal error, " + failure + ": please report it with the output of --debug";
    }
    return failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
  }

  private static String reason(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    return failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
  }

  /** Without what ends a line or moves a terminal's cursor or its letters, and not endless. */
  static String oneLine(String text) {
    String line = text.replaceAll("[\\p{C}\\p{Z}]+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
