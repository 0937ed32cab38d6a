package io.github.pelab.claims;

import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ConfigException;
import io.github.pelab.train.config.Sweep;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The configs that the claims of a directory name, each read once, however many claims share it.
 */
public final class Suites {
  private final Path directory;
  private final Map<Path, Sweep> read = new HashMap<>();

  /** Of claims whose files are in {@code directory}. */
  public Suites(Path directory) {
    this.directory = directory;
  }

  /**
   * A config.
   *
   * @param path from the claims' files
   * @throws ConfigException if it is not valid
   */
  Sweep read(String path) {
    return read.computeIfAbsent(
        directory.resolve(path).normalize(), file -> Experiment.configs().read(file));
  }
}
