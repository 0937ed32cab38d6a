package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailureTest {

  @Test
  void inputIsTheUsersToMend() {
    assertThat(Failure.of(new IllegalArgumentException("field: found x:\n  use y")))
        .isEqualTo(new Failure(ExitCode.INPUT, "field: found x: use y"));
    assertThat(Failure.of(new UncheckedIOException(new NoSuchFileException("a.yaml"))))
        .isEqualTo(new Failure(ExitCode.INPUT, "no such file or directory: a.yaml"));
  }

  @Test
  void theRunIsTheMachinesToRefuse() {
    assertThat(Failure.of(new IllegalStateException("loss is NaN at step 3")))
        .isEqualTo(new Failure(ExitCode.RUN, "loss is NaN at step 3"));
    assertThat(Failure.of(new AccessDeniedException("runs")))
        .isEqualTo(new Failure(ExitCode.RUN, "permission denied: runs"));
    assertThat(Failure.of(new FileSystemException("a", null, "No space left on device")))
        .isEqualTo(new Failure(ExitCode.RUN, "No space left on device: a"));
    assertThat(Failure.of(new IOException("No space left on device")).exitCode())
        .isEqualTo(ExitCode.RUN);
  }

  /** As a pool hands on what one of its threads threw. */
  @Test
  void whatAThreadThrewIsToldAsThrown() {
    Throwable thrown = new IllegalStateException("logits may come to 5");
    assertThat(Failure.of(new IllegalStateException(new IllegalStateException(thrown))))
        .isEqualTo(new Failure(ExitCode.RUN, "logits may come to 5"));
    assertThat(Failure.of(new IllegalStateException("layer 2", thrown)).line())
        .isEqualTo("layer 2");
  }

  @Test
  void whatIsOutOfMemorySaysWhatToLower() {
    Throwable ofTheHeap = new OutOfMemoryError("Java heap space");
    Map<Throwable, String> reasons =
        Map.of(
            ofTheHeap,
            "Java heap space",
            new NoClassDefFoundError("Could not initialize class A").initCause(ofTheHeap),
            "Java heap space",
            new IllegalArgumentException("not to be read", ofTheHeap),
            "Java heap space",
            new RuntimeException("std::bad_alloc"),
            "std::bad_alloc");
    for (Map.Entry<Throwable, String> each : reasons.entrySet()) {
      assertThat(Failure.of(each.getKey()))
          .isEqualTo(
              new Failure(
                  ExitCode.RUN,
                  "out of memory ("
                      + each.getValue()
                      + "): give more, for instance PE_JVM_OPTS=-Xmx8g, and runs go on; or lower --jobs,"
                      + " or training.microBatch, which makes another run of the same updates"));
    }
  }

  @Test
  void anythingElseIsOurs() {
    Failure failure = Failure.of(new ArithmeticException("/ by zero"));
    assertThat(failure.exitCode()).isEqualTo(ExitCode.INTERNAL);
    assertThat(failure.line()).contains("ArithmeticException: / by zero", "--debug");
  }
}
