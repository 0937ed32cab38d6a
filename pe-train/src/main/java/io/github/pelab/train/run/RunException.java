package io.github.pelab.train.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A run directory that cannot be written or read. The message is one line that can be shown to a
 * user as it is: the file, what is wrong and what to do.
 */
public final class RunException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** As Linux, its quotas, macOS and Windows say it. */
  private static final String FULL =
      "(?i)no space left on device|disk quota exceeded|file too large|.*not enough space.*";

  /**
   * What is wrong with {@code file}, and what to do.
   *
   * @param cause null if there is none
   */
  public RunException(Path file, String problem, Throwable cause) {
    super((file + ": " + problem).replaceAll("[\\p{C}\\p{Z}]+", " "), cause);
  }

  /** What {@code cause} means for whoever works with {@code file}. */
  public RunException(Path file, IOException cause) {
    this(file, problem(file, cause), cause);
  }

  private static String problem(Path file, IOException cause) {
    Path inTheWay = file.toAbsolutePath();
    while (inTheWay != null && !Files.exists(inTheWay)) {
      inTheWay = inTheWay.getParent();
    }
    if (cause instanceof FileAlreadyExistsException
        || (inTheWay != null && !inTheWay.equals(file) && Files.isRegularFile(inTheWay))) {
      return "the file " + inTheWay + " is in the way; move it, or choose another directory";
    } else if (cause instanceof AccessDeniedException denied) {
      return "permission denied at "
          + denied.getFile()
          + "; change it, or choose another directory";
    } else if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
      return "no such file or directory; check the path";
    }
    String reason =
        cause instanceof FileSystemException system ? system.getReason() : cause.getMessage();
    return String.valueOf(reason).matches(FULL)
        ? reason
            + "; free some space, then give the same command without --again: it goes on from here"
        : String.valueOf(reason);
  }
}
