package io.github.pelab.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or another signal that ends a process: asks training to stop, and holds the end of the
 * JVM until that has been saved. Work that has nothing to save is not waited for. The JVM ends with
 * 128 plus the signal's number, 130 for Ctrl-C.
 */
final class Interruption {
  /** For one update, at the most, and a checkpoint. */
  static final int PATIENCE_SECONDS = 60;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile boolean held;
  private volatile boolean resumable;

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

  private void hear() {
    requested = true;
    if (held) {
      System.err.println("pe: stopping when the update at hand is done and saved");
      try {
        var unused = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    } else if (resumable) {
      System.err.println("pe: interrupted; the same command goes on from here");
    }
  }

  /** From now on the command is one that goes on, when it is given again, where it was. */
  void resumable() {
    resumable = true;
  }

  /** Whether work is to stop. */
  boolean requested() {
    return requested;
  }

  /** Until it is closed there is something to save. For one thread at a time. */
  Hold hold() {
    held = true;
    return () -> held = false;
  }

  /** All is done and said. */
  void ended() {
    ended.countDown();
  }
}
