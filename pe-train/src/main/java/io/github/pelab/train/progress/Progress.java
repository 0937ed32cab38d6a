package io.github.pelab.train.progress;

import java.io.PrintStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far a task is.
 *
 * <pre>{@code
 * try (Progress.Task task = progress.start("training rope", examples)) {
 *   task.step(64);
 *   task.note("loss 0.31");
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Progress {

  /**
   * Begins to show a task, until it is closed.
   *
   * @param total the steps that it will take
   */
  Task start(String name, long total);

  /** A task on its way. For one thread. */
  interface Task extends AutoCloseable {

    /** {@code n} more steps are done. */
    void step(long n);

    /** Says something beside the count, until the next note. */
    void note(String text);

    @Override
    void close();
  }

  /** How to show it. */
  enum Mode {
    /** A bar on a terminal, lines elsewhere. */
    AUTO,
    BAR,
    LINES,
    NONE;

    /** This mode, or the one that {@link #AUTO} means here. */
    public Mode here() {
      return this == AUTO ? (Terminal.present() ? BAR : LINES) : this;
    }
  }

  /**
   * The progress that shows itself in this mode.
   *
   * @param terminal what a bar is drawn on; lines go to the log
   */
  static Progress of(Mode mode, PrintStream terminal) {
    return switch (mode) {
      case AUTO -> of(mode.here(), terminal);
      case BAR -> new BarProgress(terminal);
      case LINES -> {
        Logger log = LoggerFactory.getLogger(Progress.class);
        yield new LineProgress(log::info, Duration.ofSeconds(10), System::nanoTime);
      }
      case NONE -> new NoProgress();
    };
  }
}
