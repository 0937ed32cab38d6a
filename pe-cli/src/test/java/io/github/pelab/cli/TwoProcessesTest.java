package io.github.pelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Same config and seed in two processes, with all of the machine's threads: the same bytes. */
@Tag("slow")
class TwoProcessesTest {
  private static final String YAML =
      """
      schemaVersion: 1
      name: twice
      task: {name: distance, vocabulary: 16, maxGap: 8, minLength: 10, maxLength: 24}
      data: {train: 640, validation: 100, test: 100}
      model: {scheme: rope, layers: 2, width: 64, heads: 4, dropout: 0.1}
      training: {epochs: 2, batch: 64, seed: %d}
      """;

  @TempDir Path directory;

  @Test
  void sameSeedSameBytesOtherSeedOtherBytes() throws Exception {
    String one = rows("one", 1);
    assertThat(rows("two", 1)).isEqualTo(one);
    assertThat(rows("other", 2)).isNotEqualTo(one);
  }

  /** Everything that the run wrote of losses, accuracies and heads. */
  private String rows(String name, int seed) throws IOException, InterruptedException {
    Path config = Files.writeString(directory.resolve(name + ".yaml"), YAML.formatted(seed));
    Path runs = directory.resolve(name);
    PeProcess pe =
        new PeProcess.Start()
            .by("env", "-u", "OMP_NUM_THREADS")
            .pe("run", config, "--runs", runs, "--progress", "none");
    assertThat(pe.end()).as(pe.output()).isZero();
    // The config tells the seed: what differs must differ without it.
    return String.join("", RunFiles.outcomes(runs).get("twice")).replaceAll("\"run\":.*", "");
  }
}
