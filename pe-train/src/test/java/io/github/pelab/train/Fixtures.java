package io.github.pelab.train;

import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A sweep small enough to be trained in a test: seconds, not minutes. */
final class Fixtures {
  private static final String YAML =
      """
      schemaVersion: 1
      name: tiny
      task: {name: distance, vocabulary: 8, maxGap: 3, minLength: 4, maxLength: 7}
      data: {train: 100, validation: 40, test: 60}
      model: {scheme: %s, layers: 1, width: 8, heads: 2, dropout: 0.1}
      training: {epochs: 2, batch: 32, learningRate: 0.01, weightDecay: 0.1, seed: %d}
      """;

  private Fixtures() {}

  static Sweep.Member member(Path directory, String scheme, long seed) {
    return sweep(directory, YAML.formatted(scheme, seed)).members().get(0);
  }

  static Sweep sweep(Path directory, String yaml) {
    try {
      Path file = Files.writeString(Files.createTempFile(directory, "config", ".yaml"), yaml);
      return Experiment.configs().read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parameters to the bit: {@code INDArray.equals} lets differences of 1e-5 pass. */
  static float[] parameters(MultiLayerNetwork network) {
    return network.params().dup('c').data().asFloat();
  }

  /** Trains silently, from the beginning, and without a stop. */
  static void train(Sweep.Member member, RunDirectory directory) {
    trainer(Saving.DEFAULT, () -> false).train(member, experiment(member), directory, true);
  }

  static Trainer trainer(Saving saving, BooleanSupplier stop) {
    return new Trainer(
        Clock.systemUTC(),
        System::nanoTime,
        Progress.of(Progress.Mode.NONE, System.err),
        saving,
        stop);
  }

  static Experiment experiment(Sweep.Member member) {
    return Experiment.of(member.config(), "test");
  }
}
