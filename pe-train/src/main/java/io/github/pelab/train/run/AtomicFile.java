package io.github.pelab.train.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file as a whole or not at all: to a temporary file in the same directory, to the disk,
 * and only then under its name. A process that dies, or a disk that fills, leaves the previous file
 * as it was, and at most a temporary one ({@code .NAME.PID.tmp}) that nothing reads, and {@link
 * #removeLeftovers} removes.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes a file's bytes to {@code out}, and need not close it. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Replaces {@code target}, or creates it. One thread of a process writes a file at a time.
   *
   * @throws RunException when it cannot be written; {@code target} is then as it was
   */
  public static void write(Path target, Content content) {
    Path temporary =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      try {
        fill(temporary, content);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException | RuntimeException | Error e) {
        Files.deleteIfExists(temporary);
        throw e;
      }
      force(target.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new RunException(target, e);
    }
  }

  private static void fill(Path file, Content content) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        OutputStream out = Channels.newOutputStream(channel)) {
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /**
   * Removes what processes that died left in {@code directory}. Nobody else may be writing there.
   *
   * @throws RunException when it cannot be removed
   */
  static void removeLeftovers(Path directory) {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, ".*.tmp")) {
      for (Path each : leftovers) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new RunException(directory, e);
    }
  }

  /** The new name is safe only once its directory is on the disk too. */
  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      // Windows opens no directories; its file system journals names by itself.
    }
  }
}
