package io.github.pelab.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks NVIDIA's driver for its cards, without starting CUDA. */
final class NvidiaSmi {

  private static final List<String> COMMAND =
      List.of("nvidia-smi", "--query-gpu=name,compute_cap,memory.total", "--format=csv,noheader");
  private static final long TIMEOUT_SECONDS = 10;

  private NvidiaSmi() {}

  /** The machine's cards; empty if {@code nvidia-smi} is absent or gives no answer. */
  static Optional<List<Gpu>> gpus() {
    try {
      // Through a file, so that a hanging driver cannot hang the read of a pipe.
      Path output = Files.createTempFile("nvidia-smi", ".csv");
      try {
        return run(output);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Optional<List<Gpu>> run(Path output) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(COMMAND)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        return Optional.empty();
      }
      return Optional.of(Gpu.parse(Files.readString(output, StandardCharsets.UTF_8)));
    } finally {
      process.destroyForcibly();
    }
  }
}
