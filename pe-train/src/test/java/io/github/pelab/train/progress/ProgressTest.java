package io.github.pelab.train.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final List<String> lines = new ArrayList<>();
  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
  private long now = Long.MAX_VALUE - 1;

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  private Progress lines() {
    return new LineProgress(lines::add, Duration.ofSeconds(10), () -> now);
  }

  private void run(Progress progress) {
    try (Progress.Task task = progress.start("training rope", 200)) {
      task.note("loss 0.31");
      task.step(150);
      task.step(50);
    }
  }

  @Test
  void linesComeAtMostEverySoOften() {
    try (Progress.Task task = lines().start("training rope", 200)) {
      task.step(10);
      pass(9);
      task.step(10);
      pass(1);
      task.note("loss 0.31");
      task.step(20);
      task.step(20);
      pass(25);
      task.step(140);
    }

    assertThat(lines)
        .containsExactly(
            "training rope: 40 of 200 (20 %), loss 0.31, 10 s, 40 s left",
            "training rope: 200 of 200 (100 %), loss 0.31, 35 s",
            "training rope: 200 of 200 (100 %), loss 0.31, 35 s, done");
  }

  @Test
  void aTaskThatEndsEarlyIsNotDone() {
    try (Progress.Task task = lines().start("x", 2)) {
      task.step(1);
    }
    assertThat(lines).containsExactly("x: 1 of 2 (50 %), 0 s, stopped");
  }

  @Test
  void aTaskOfNothingIsDone() {
    try (Progress.Task task = lines().start("x", 0)) {
      pass(20);
      task.step(0);
    }
    assertThat(lines).containsExactly("x: 0 of 0 (100 %), 20 s", "x: 0 of 0 (100 %), 20 s, done");
  }

  @Test
  void aBarIsDrawnOnTheTerminal() {
    run(Progress.of(Progress.Mode.BAR, new PrintStream(terminal, true, UTF_8)));

    assertThat(terminal.toString(UTF_8)).contains("training rope", "100%", "200/200", "loss 0.31");
  }

  @Test
  void onlyABarTouchesTheTerminal() {
    for (Progress.Mode mode : List.of(Progress.Mode.LINES, Progress.Mode.NONE)) {
      run(Progress.of(mode, new PrintStream(terminal, true, UTF_8)));
    }
    assertThat(terminal.size()).isZero();
  }

  /** Tests have no terminal. */
  @Test
  void withoutATerminalThereIsNoBar() {
    assertThat(Terminal.present()).isFalse();
    assertThat(Progress.of(Progress.Mode.AUTO, System.err)).isInstanceOf(LineProgress.class);
  }

  @Test
  void aDumbTerminalCannotRedraw() {
    assertThat(Terminal.drawable("dumb")).isFalse();
    assertThat(Terminal.drawable("xterm-256color")).isTrue();
    assertThat(Terminal.drawable(null)).isTrue();
  }
}
