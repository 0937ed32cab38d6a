package io.github.pelab.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or another signal that ends a process: asks training to stop, and holds the end of the
 * JVM until that has been saved. Work that has nothing to save is not waited for. The JVM ends with
 * 128 plus the signal's number, 130 for Ctrl-C.
 */
final class Interruption {
  /** For one update, or one evaluation, and a checkpoint. */
  static final int PATIENCE_SECONDS = 60;

  private static final int LAST_WORDS_SECONDS = 2;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile String resuming;
  private volatile CountDownLatch held = new CountDownLatch(0);

  /** Work that is to be saved before the JVM ends. */
  @FunctionalInterface
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /** From now on signals are heard. */
  void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::hear));
  }

  /** Also called when the JVM ends by itself: then all has been said. */
  private void hear() {
    requested = true;
    try {
      CountDownLatch saved = held;
      if (saved.getCount() > 0) {
        System.err.println("pe: stopping when the update at hand is done and saved");
        if (!saved.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          System.err.println("pe: that took too long; the checkpoint before it stays");
        } else if (ended.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (resuming != null && ended.getCount() > 0) {
      System.err.printf("pe: interrupted; %s goes on from here%n", resuming);
    }
  }

  /**
   * From now on the command is one that goes on where it was.
   *
   * @param command what goes on, as it is said to the user
   */
  void resumable(String command) {
    resuming = command;
  }

  /** Whether work is to stop. */
  boolean requested() {
    return requested;
  }

  /** Until it is closed there is something to save. For one thread at a time. */
  Hold hold() {
    CountDownLatch hold = new CountDownLatch(1);
    held = hold;
    return hold::countDown;
  }

  /** All is done and said. */
  void ended() {
    ended.countDown();
  }
}
