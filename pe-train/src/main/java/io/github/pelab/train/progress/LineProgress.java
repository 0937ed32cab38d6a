package io.github.pelab.train.progress;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A line now and then, and one at the end: for logs, which keep what they are given. */
final class LineProgress implements Progress {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Consumer<String> log;
  private final Duration every;
  private final LongSupplier nanos;

  /**
   * @param every how much time passes between two lines, at least
   * @param nanos a clock that only goes forward, such as {@link System#nanoTime}
   */
  LineProgress(Consumer<String> log, Duration every, LongSupplier nanos) {
    this.log = log;
    this.every = every;
    this.nanos = nanos;
  }

  @Override
  public Task start(String name, long total) {
    return new Lines(name, total);
  }

  private final class Lines implements Task {
    private final String name;
    private final long total;
    private final long started = nanos.getAsLong();
    private long reported = started;
    private long done;
    private String note = "";

    Lines(String name, long total) {
      this.name = name;
      this.total = total;
    }

    @Override
    public void step(long n) {
      done += n;
      long now = nanos.getAsLong();
      if (now - reported >= every.toNanos()) {
        reported = now;
        double left = seconds(now) / done * (total - done);
        log.accept(line(now) + (left > 0 ? String.format(Locale.ROOT, ", %.0f s left", left) : ""));
      }
    }

    @Override
    public void note(String text) {
      note = ", " + text;
    }

    @Override
    public void close() {
      log.accept(line(nanos.getAsLong()) + (done < total ? ", stopped" : ", done"));
    }

    private String line(long now) {
      // A task of nothing is done from the start.
      long percent = total > 0 ? Math.min(100, 100 * done / total) : 100;
      return String.format(
          Locale.ROOT,
          "%s: %d of %d (%d %%)%s, %.0f s",
          name,
          done,
          total,
          percent,
          note,
          seconds(now));
    }

    private double seconds(long now) {
      return (now - started) / NANOS_PER_SECOND;
    }
  }
}
