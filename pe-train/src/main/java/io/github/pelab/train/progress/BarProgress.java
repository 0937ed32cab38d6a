package io.github.pelab.train.progress;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that redraws its line. */
final class BarProgress implements Progress {
  // Fixed, because asking for the terminal's width takes the terminal over.
  private static final int COLUMNS = 100;
  private static final int REDRAW_MILLIS = 250;

  private final PrintStream terminal;

  BarProgress(PrintStream terminal) {
    this.terminal = terminal;
  }

  @Override
  public Task start(String name, long total) {
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(terminal, COLUMNS))
            .build();
    return new Task() {
      @Override
      public void step(long n) {
        bar.stepBy(n);
      }

      @Override
      public void note(String text) {
        bar.setExtraMessage(" " + text);
      }

      @Override
      public void close() {
        bar.close();
      }
    };
  }
}
