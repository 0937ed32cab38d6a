package io.github.pelab.train.spectra;

import io.github.pelab.train.Experiment;
import io.github.pelab.train.Saving;
import io.github.pelab.train.Studies;
import io.github.pelab.train.Trainer;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** Models of two layers and four heads that train in a moment. */
final class SpectraRuns {
  static final int LAYERS = 2;
  static final int HEADS = 4;
  static final int EXAMPLES = 8;

  private static final String YAML =
      """
      schemaVersion: 1
      name: spectra
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 9}
      data: {train: 96, validation: 20, test: 30}
      model: {scheme: "%s", attention: "%s", layers: 2, width: 16, heads: 4, dropout: 0.1}
      training: {epochs: 2, batch: 32, learningRate: 0.01}
      spectra: {every: 2, examples: 8}
      """;

  static final Progress QUIET = Progress.of(Progress.Mode.NONE, System.err);

  private SpectraRuns() {}

  static Sweep.Member member(Path directory, String scheme, String attention) {
    return read(directory, YAML.formatted(scheme, attention));
  }

  /** Of one head, with a bias by lag. */
  static Sweep.Member oneHead(Path directory) {
    return read(directory, YAML.formatted("t5", "multi-head").replace("heads: 4", "heads: 1"));
  }

  private static Sweep.Member read(Path directory, String yaml) {
    try {
      Path file = Files.writeString(Files.createTempFile(directory, "config", ".yaml"), yaml);
      return Experiment.configs().read(file).members().get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every other example is of one token again and again: words are of two kinds, counts 0 to 1. */
  static Sweep.Member counting(Path directory) {
    return read(
        directory,
        YAML.formatted("rope", "multi-head")
            .replaceFirst(
                "task: .*",
                "task: {name: count, vocabulary: 3, triggers: 1, maxCount: 1, minLength: 4,"
                    + " maxLength: 9}"));
  }

  static Experiment experiment(Sweep.Member member) {
    return Experiment.of(member.config(), "test");
  }

  static RunDirectory train(Path runs, Sweep.Member member, Studies studies) {
    RunDirectory run = RunDirectory.create(runs, "spectra", member.directory());
    new Trainer(Clock.systemUTC(), System::nanoTime, QUIET, Saving.DEFAULT, () -> false)
        .train(member, experiment(member), run, true, studies);
    return run;
  }
}
