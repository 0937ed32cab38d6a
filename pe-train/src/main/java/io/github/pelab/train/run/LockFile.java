package io.github.pelab.train.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file that one holder has at a time, among all processes. One that dies gives it up. */
public final class LockFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private LockFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the file, which is made if it is not there; empty if another has it.
   *
   * @throws RunException if it cannot be written
   */
  public static Optional<LockFile> take(Path file) {
    FileChannel channel = null;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      LockFile lock = new LockFile(file, channel);
      if (channel.tryLock() != null) {
        channel = null;
        return Optional.of(lock);
      }
    } catch (OverlappingFileLockException e) {
      // another of this process
    } catch (IOException e) {
      throw new RunException(file, e);
    } finally {
      if (channel != null) {
        new LockFile(file, channel).close();
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new RunException(file, e);
    }
  }
}
