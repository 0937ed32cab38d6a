package io.github.pelab.cli;

import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What runs left on disk, to be compared. */
final class RunFiles {
  private RunFiles() {}

  /** By label: every row but for the seconds, and the bits of the best and the last checkpoint. */
  static Map<String, List<String>> outcomes(Path runs) {
    Map<String, List<String>> outcomes = new TreeMap<>();
    for (RunDirectory run : RunDirectory.list(runs)) {
      outcomes.put(run.read().label(), outcome(run));
    }
    return outcomes;
  }

  private static List<String> outcome(RunDirectory run) {
    List<String> outcome = new ArrayList<>();
    try {
      for (String file :
          List.of(
              RunDirectory.METRICS,
              RunDirectory.ABLATION,
              RunDirectory.HEADS,
              RunDirectory.FORMATION)) {
        outcome.add(
            Files.readString(run.path().resolve(file), StandardCharsets.UTF_8)
                .replaceAll("\"seconds\":[0-9.E-]+", ""));
      }
      for (String checkpoint : List.of("best", "last")) {
        Path file = Checkpoints.file(run, run.result(checkpoint).step());
        outcome.add(HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return outcome;
  }
}
